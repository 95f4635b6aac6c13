/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-caller.h"

static const char *const door_words[] = {
  [SMTP_DOOR_RELAY] = "smtp",
  [SMTP_DOOR_SUBMISSION] = "submission",
  [SMTP_DOOR_SUBMISSION_TLS] = "submission-tls",
};

const char *
smtp_door_word (SmtpDoor door)
{
  return door_words[door];
}

gboolean
smtp_door_parse (const char *word, SmtpDoor *door)
{
  for (gsize i = 0; i < G_N_ELEMENTS (door_words); i++)
    if (g_str_equal (word, door_words[i]))
      {
        *door = i;
        return TRUE;
      }
  return FALSE;
}

void
smtp_caller_init (SmtpCaller *caller,
                  const IpAddress *address,
                  const IpAddress *local,
                  SmtpDoor door)
{
  *caller = (SmtpCaller){
    .address = *address,
    .local = *local,
    .is_local_host = ip_address_equal (address, local) || ip_address_is_loopback (address),
    .door = door,
  };
  ip_address_to_string (address, caller->text);
}

void
smtp_caller_clear (SmtpCaller *caller)
{
  g_clear_pointer (&caller->blocklist_reason, g_free);
  g_clear_pointer (&caller->tls, g_free);
}
