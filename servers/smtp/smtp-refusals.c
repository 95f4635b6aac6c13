/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-refusals.h"

#include <string.h>

struct _SmtpRefusals
{
  GMutex lock;
  guint64 count;     /* ever added: the next one's place in the ring */
  SmtpRefusal *ring; /* (owned) */
};

/* Never half a character; what is no UTF-8 can't be shown. */
static void
copy (char *target, gsize size, const char *text)
{
  const char *end;

  g_strlcpy (target, text ? text : "", size);
  while (!g_utf8_validate (target, -1, &end))
    {
      gboolean is_cut
          = strlen (target) == size - 1 && g_utf8_get_char_validated (end, -1) == (gunichar) -2;
      target[end - target] = is_cut ? '\0' : '?';
    }
}

void
smtp_refusal_init (SmtpRefusal *refusal,
                   const SmtpRefusedMail *mail,
                   const char *rule,
                   const char *setting)
{
  refusal->time_s = g_get_real_time () / G_USEC_PER_SEC;
  refusal->rule = rule;
  refusal->setting = setting;
  copy (refusal->client, sizeof refusal->client, mail->client);
  copy (refusal->user, sizeof refusal->user, mail->user);
  copy (refusal->sender, sizeof refusal->sender, mail->sender);
  copy (refusal->recipient, sizeof refusal->recipient, mail->recipient);
  refusal->reply[0] = '\0';
}

void
smtp_refusal_set_reply (SmtpRefusal *refusal, const char *reply)
{
  copy (refusal->reply, sizeof refusal->reply, reply);
  g_strchomp (refusal->reply);
}

SmtpRefusals *
smtp_refusals_new (void)
{
  SmtpRefusals *refusals = g_new0 (SmtpRefusals, 1);
  g_mutex_init (&refusals->lock);
  refusals->ring = g_new0 (SmtpRefusal, SMTP_REFUSALS_MAX);
  return refusals;
}

void
smtp_refusals_free (SmtpRefusals *refusals)
{
  g_mutex_clear (&refusals->lock);
  g_free (refusals->ring);
  g_free (refusals);
}

void
smtp_refusals_add (SmtpRefusals *refusals, const SmtpRefusal *refusal)
{
  g_mutex_lock (&refusals->lock);
  refusals->ring[refusals->count++ % SMTP_REFUSALS_MAX] = *refusal;
  g_mutex_unlock (&refusals->lock);
}

GArray *
smtp_refusals_list (SmtpRefusals *refusals, guint limit)
{
  GArray *list = g_array_sized_new (FALSE, FALSE, sizeof (SmtpRefusal), SMTP_REFUSALS_MAX);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&refusals->lock);
  guint64 known = MIN (refusals->count, SMTP_REFUSALS_MAX);
  guint n = (guint) (limit > 0 ? MIN (known, limit) : known);

  for (guint i = 1; i <= n; i++)
    g_array_append_val (list, refusals->ring[(refusals->count - i) % SMTP_REFUSALS_MAX]);
  return list;
}
