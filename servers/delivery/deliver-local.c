/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/deliver-local.h"

#include "core/users/user-name.h"
#include "servers/delivery/recipient-address.h"
#include "servers/mail/mailbox.h"
#include "servers/mail/trace-header.h"

#include <string.h>

/* "1700000000.1F3A-8E1C....postern": by time of arrival, as readers of Maildirs sort by name. */
static char *
mail_name (const Envelope *envelope, const char *recipient)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, recipient, -1);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%s-%.16s.postern", envelope->arrived,
                          envelope_id_to_string (envelope->id, id), digest);
}

/* Looks at the header alone, which ends at the first empty line. */
static gboolean
was_delivered_to (GBytes *content, const char *address)
{
  static const char name[] = "Delivered-To:";
  gsize length;
  const char *at = g_bytes_get_data (content, &length);
  const char *end = at + length;
  while (at < end && *at != '\r')
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      gsize line = (gsize) ((line_end != NULL ? line_end : end) - at);
      if (line > strlen (name) && g_ascii_strncasecmp (at, name, strlen (name)) == 0)
        {
          g_autofree char *value = g_strndup (at + strlen (name), line - strlen (name));
          if (g_ascii_strcasecmp (g_strstrip (value), address) == 0)
            return TRUE;
        }
      at = line_end != NULL ? line_end + 1 : end;
    }
  return FALSE;
}

/* Returns: (transfer full): what goes before the message; CR LF at its end */
static char *
make_header (const Attempt *attempt, const char *address)
{
  g_autofree char *path = trace_header_return_path (attempt->envelope->sender);
  return g_strdup_printf ("%sDelivered-To: %s\r\n", path, address);
}

/* A former try may have died before it could tell: then the mail is in the mailbox, however full
 * that is now. */
static gboolean
has_room (const DeliverLocalMeans *means, const Attempt *attempt, guint index, const char *user)
{
  guint mailbox_size_mib = attempt->policy->settings->general.mailbox_size_mib;
  g_autofree char *folder = mailbox_folder (means->state_dir, user);
  guint64 limit = quota_limit (credentials_quota (means->credentials, user), mailbox_size_mib);
  if (quota_has_room (means->quota, folder, limit, g_bytes_get_size (attempt->content)))
    return TRUE;
  g_autofree char *name = mail_name (attempt->envelope, attempt_address (attempt, index));
  gboolean is_there;
  return mailbox_holds (folder, name, &is_there, NULL) && is_there;
}

static void
put (const DeliverLocalMeans *means, Attempt *attempt, guint index, const char *user)
{
  const char *address = attempt_address (attempt, index);
  g_autoptr (GError) error = NULL;
  g_autofree char *place = g_strdup_printf ("mailbox %s", user);
  g_autofree char *folder = mailbox_folder (means->state_dir, user);
  g_autofree char *name = mail_name (attempt->envelope, address);
  g_autofree char *header = make_header (attempt, address);
  if (mailbox_deliver (folder, name, header, attempt->content, &error))
    {
      attempt_settle (attempt, index, ATTEMPT_DELIVERED, place, "250 2.0.0 in the mailbox");
      return;
    }
  g_autofree char *reason = g_strdup_printf ("451 4.3.0 %s", error->message);
  attempt_settle (attempt, index, ATTEMPT_DEFERRED, place, reason);
}

static void
deliver_to (const DeliverLocalMeans *means, Attempt *attempt, guint index, const char *user)
{
  g_autofree char *place = g_strdup_printf ("mailbox %s", user);
  if (!user_name_is_valid (user))
    attempt_settle (attempt, index, ATTEMPT_DEFERRED, place,
                    "451 4.3.5 the user's name can't be a mailbox's");
  else if (was_delivered_to (attempt->content, attempt_address (attempt, index)))
    attempt_settle (attempt, index, ATTEMPT_FAILED, place,
                    "554 5.4.6 mail loop: the message has been delivered to this address before");
  else if (!has_room (means, attempt, index, user))
    attempt_settle (attempt, index, ATTEMPT_DEFERRED, place, "452 4.2.2 the mailbox is full");
  else
    put (means, attempt, index, user);
}

void
deliver_local (const DeliverLocalMeans *means, Attempt *attempt)
{
  if (means->credentials == NULL)
    {
      attempt_settle_rest (attempt, ATTEMPT_DEFERRED, "mailboxes",
                           "451 4.3.5 the users file can't be read");
      return;
    }
  for (guint i = 0; i < attempt->results->len; i++)
    {
      g_autoptr (MailAddress) address = recipient_address_parse (attempt_address (attempt, i));
      gboolean is_unsure = FALSE;
      g_autofree char *user
          = address != NULL ? credentials_find_mailbox (means->credentials, address->local_part,
                                                        address->domain, &is_unsure)
                            : NULL;
      if (user != NULL)
        deliver_to (means, attempt, i, user);
      else if (is_unsure)
        attempt_settle (
            attempt, i, ATTEMPT_DEFERRED, "mailboxes",
            "451 4.3.0 the system's name service can't tell whether there is such a user");
      else
        attempt_settle (attempt, i, ATTEMPT_FAILED, "mailboxes",
                        "550 5.1.1 there is no such user here");
    }
}
