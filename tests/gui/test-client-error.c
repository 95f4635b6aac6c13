/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/client-error.h"

#include <string.h>

static const struct
{
  const char *name; /* on the bus */
  ClientError code;
} rows[] = {
  { "org.postern.Error.NotAuthorized", CLIENT_ERROR_NOT_AUTHORIZED },
  { "org.postern.Error.Invalid", CLIENT_ERROR_INVALID },
  { "org.postern.Error.Stale", CLIENT_ERROR_STALE },
  { "org.postern.Error.Failed", CLIENT_ERROR_FAILED },
  { "org.postern.Error.NoSuchServer", CLIENT_ERROR_FAILED },
  { "org.freedesktop.DBus.Error.ServiceUnknown", CLIENT_ERROR_UNREACHABLE },
  { "org.freedesktop.DBus.Error.NoReply", CLIENT_ERROR_UNREACHABLE },
  { "org.freedesktop.DBus.Error.AccessDenied", CLIENT_ERROR_NOT_AUTHORIZED },
};

static void
test_names_on_the_bus (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GError *error = g_dbus_error_new_for_dbus_error (rows[i].name, "the reason");
      g_autoptr (GError) translated = client_error_translate (error);
      g_autofree char *words = client_error_to_words (translated);

      g_assert_error (translated, CLIENT_ERROR, (int) rows[i].code);
      g_assert_cmpstr (translated->message, ==, "the reason");
      g_assert_cmpuint (strlen (words), >, 0);
    }
}

static void
test_refusal_is_in_words (void)
{
  g_autoptr (GError) error = g_error_new_literal (CLIENT_ERROR, CLIENT_ERROR_INVALID,
                                                  "smtp.limits.sessions: 0 is outside the range 1 "
                                                  "to 100000\nsmtp.relay.pop-client-minutes: 14 is "
                                                  "outside the range 15 to 65535");
  g_autofree char *words = client_error_to_words (error);

  g_assert_cmpstr (
      words, ==, "A value was refused: smtp.limits.sessions: 0 is outside the range 1 to 100000.");
}

static void
test_lost_connection (void)
{
  GError *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
  g_autoptr (GError) translated = client_error_translate (error);

  g_assert_error (translated, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE);
}

static void
test_cancellation_stays (void)
{
  GError *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  g_autoptr (GError) translated = client_error_translate (error);

  g_assert_error (translated, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client-error/names-on-the-bus", test_names_on_the_bus);
  g_test_add_func ("/client-error/refusal-is-in-words", test_refusal_is_in_words);
  g_test_add_func ("/client-error/lost-connection", test_lost_connection);
  g_test_add_func ("/client-error/cancellation-stays", test_cancellation_stays);
  return g_test_run ();
}
