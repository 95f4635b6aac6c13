/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-filter.h"

static Envelope *
example (void)
{
  Envelope *envelope = envelope_new ("Ann@Example.org");
  envelope_add_recipient (envelope, "done@gone.example");
  envelope_add_recipient (envelope, "joe@mail.example.net");
  envelope_add_recipient (envelope, "\"a@b\"@other.example");
  recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_DELIVERED, "250 ok");
  return envelope;
}

static void
test_patterns (void)
{
  const struct
  {
    QueueFilter filter;
    gboolean matches;
  } rows[] = {
    { { 0 }, TRUE },
    { { .sender = "ann@example.ORG" }, TRUE },
    { { .sender = "*" }, TRUE },
    { { .sender = "a*@*.org" }, TRUE },
    { { .sender = "a*n*n@*o*g" }, TRUE },
    { { .sender = "a*nn" }, FALSE },
    { { .sender = "nn@example.org" }, FALSE },
    { { .sender = "ann@example.org?" }, FALSE },
    { { .sender = "" }, FALSE },
    { { .recipient = "joe@*" }, TRUE },
    { { .recipient = "done@*" }, FALSE }, /* it does not wait */
    { { .destination = "mail.example.net" }, TRUE },
    { { .destination = "*.example.net" }, TRUE },
    { { .destination = "example.net" }, FALSE },
    { { .destination = "other.example" }, TRUE },
    { { .destination = "gone.example" }, FALSE },
    /* Both hold of the same recipient. */
    { { .recipient = "joe@*", .destination = "other.example" }, FALSE },
    { { .sender = "ann@*", .recipient = "joe@*", .destination = "*.net" }, TRUE },
    { { .sender = "bob@*", .recipient = "joe@*" }, FALSE },
  };
  g_autoptr (Envelope) envelope = example ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (queue_filter_matches (&rows[i].filter, envelope) != rows[i].matches)
      g_error ("row %u should give %d", i, rows[i].matches);
}

static void
test_null_sender (void)
{
  const QueueFilter none = { .sender = "" };
  g_autoptr (Envelope) envelope = envelope_new ("");
  envelope_add_recipient (envelope, "ann@example.org");
  g_assert_true (queue_filter_matches (&none, envelope));
}

static void
test_holds (void)
{
  const QueueFilter held = { .held_only = TRUE };
  const QueueFilter kept = { .kept_only = TRUE };
  const QueueFilter both = { .held_only = TRUE, .kept_only = TRUE };
  const struct
  {
    EnvelopeHold hold;
    gboolean held, kept, both;
  } rows[] = {
    { ENVELOPE_FREE, FALSE, FALSE, FALSE },
    { ENVELOPE_HELD, TRUE, FALSE, TRUE },
    { ENVELOPE_KEPT, FALSE, TRUE, TRUE },
  };
  g_autoptr (Envelope) envelope = example ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      envelope_set_hold (envelope, rows[i].hold, "");
      g_assert_cmpint (queue_filter_matches (&held, envelope), ==, rows[i].held);
      g_assert_cmpint (queue_filter_matches (&kept, envelope), ==, rows[i].kept);
      g_assert_cmpint (queue_filter_matches (&both, envelope), ==, rows[i].both);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-filter/patterns", test_patterns);
  g_test_add_func ("/queue-filter/null-sender", test_null_sender);
  g_test_add_func ("/queue-filter/holds", test_holds);
  return g_test_run ();
}
