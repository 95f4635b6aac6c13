/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/deliver-local.h"

#include "servers/delivery/recipient-address.h"
#include "servers/mail/mailbox.h"
#include "servers/mail/trace-header.h"

/* "1700000000.1F3A-8E1C....postern": by time of arrival, as readers of Maildirs sort by name. */
static char *
mail_name (const Envelope *envelope, const char *recipient)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, recipient, -1);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%s-%.16s.postern", envelope->arrived,
                          envelope_id_to_string (envelope->id, id), digest);
}

static void
deliver_to (Attempt *attempt, guint index, const char *state_dir, const char *user)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *place = g_strdup_printf ("mailbox %s", user);
  if (!mailbox_user_is_valid (user))
    {
      attempt_settle (attempt, index, ATTEMPT_DEFERRED, place,
                      "451 4.3.5 the user's name can't be a mailbox's");
      return;
    }
  g_autofree char *folder = mailbox_folder (state_dir, user);
  g_autofree char *name = mail_name (attempt->envelope, attempt_address (attempt, index));
  g_autofree char *header = trace_header_return_path (attempt->envelope->sender);
  if (mailbox_deliver (folder, name, header, attempt->content, &error))
    {
      attempt_settle (attempt, index, ATTEMPT_DELIVERED, place, "250 2.0.0 in the mailbox");
      return;
    }
  g_autofree char *reason = g_strdup_printf ("451 4.3.0 %s", error->message);
  attempt_settle (attempt, index, ATTEMPT_DEFERRED, place, reason);
}

void
deliver_local (Attempt *attempt, const char *state_dir, Credentials *credentials)
{
  if (credentials == NULL)
    {
      attempt_settle_rest (attempt, ATTEMPT_DEFERRED, "mailboxes",
                           "451 4.3.5 the users file can't be read");
      return;
    }
  for (guint i = 0; i < attempt->results->len; i++)
    {
      g_autoptr (MailAddress) address = recipient_address_parse (attempt_address (attempt, i));
      g_autofree char *user
          = address != NULL
                ? credentials_find_mailbox (credentials, address->local_part, address->domain)
                : NULL;
      if (user != NULL)
        deliver_to (attempt, i, state_dir, user);
      else
        attempt_settle (attempt, i, ATTEMPT_FAILED, "mailboxes",
                        "550 5.1.1 there is no such user here");
    }
}
