/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-grant-use.h"

#include <string.h>

typedef struct
{
  IpAddress address;
  gint64 instant; /* of the log-on */
  gint64 wall_time;
  SmtpGrantCount count;
  GList link; /* in the order of first use */
} Grant;

struct _SmtpGrantUse
{
  GMutex lock;
  GHashTable *grants; /* (owned): address -> (owned) Grant */
  GQueue order;       /* the links of the grants */
};

static guint
address_hash (gconstpointer key)
{
  guint64 halves[2];
  memcpy (halves, ((const IpAddress *) key)->bytes, sizeof halves);
  guint64 mixed = halves[0] ^ (halves[1] * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  return (guint) (mixed >> 32) ^ (guint) mixed;
}

static gboolean
address_equal (gconstpointer a, gconstpointer b)
{
  return ip_address_equal (a, b);
}

SmtpGrantUse *
smtp_grant_use_new (void)
{
  SmtpGrantUse *use = g_new0 (SmtpGrantUse, 1);
  g_mutex_init (&use->lock);
  g_queue_init (&use->order);
  use->grants = g_hash_table_new_full (address_hash, address_equal, NULL, g_free);
  return use;
}

void
smtp_grant_use_free (SmtpGrantUse *use)
{
  g_hash_table_unref (use->grants);
  g_mutex_clear (&use->lock);
  g_free (use);
}

static void
forget (SmtpGrantUse *use, Grant *grant)
{
  g_queue_unlink (&use->order, &grant->link);
  g_hash_table_remove (use->grants, &grant->address);
}

/* Returns: (nullable): what is known of that very log-on. */
static Grant *
find (SmtpGrantUse *use, const Logon *logon)
{
  Grant *grant = g_hash_table_lookup (use->grants, &logon->address);
  return grant && grant->instant == logon->instant ? grant : NULL;
}

static Grant *
find_or_make (SmtpGrantUse *use, const Logon *logon)
{
  Grant *grant = g_hash_table_lookup (use->grants, &logon->address);
  if (grant && grant->instant == logon->instant)
    return grant;

  if (grant)
    forget (use, grant);
  else if (g_hash_table_size (use->grants) >= SMTP_GRANT_USE_MAX)
    forget (use, g_queue_peek_head (&use->order));
  grant = g_new0 (Grant, 1);
  grant->address = logon->address;
  grant->instant = logon->instant;
  grant->wall_time = logon->wall_time;
  grant->link.data = grant;
  g_hash_table_insert (use->grants, &grant->address, grant);
  g_queue_push_tail_link (&use->order, &grant->link);
  return grant;
}

SmtpGrantCount
smtp_grant_use_look_up (SmtpGrantUse *use, const Logon *logon)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&use->lock);
  const Grant *grant = find (use, logon);
  return grant ? grant->count : (SmtpGrantCount){ 0, 0 };
}

gboolean
smtp_grant_use_take (SmtpGrantUse *use,
                     const Logon *logon,
                     guint recipients,
                     const SmtpGrantCount *limits)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&use->lock);
  SmtpGrantCount *count = &find_or_make (use, logon)->count;
  if ((limits->messages > 0 && count->messages >= limits->messages)
      || (limits->recipients > 0 && (guint64) count->recipients + recipients > limits->recipients))
    return FALSE;
  count->messages++;
  count->recipients += recipients;
  return TRUE;
}

void
smtp_grant_use_give_back (SmtpGrantUse *use, const Logon *logon, guint recipients)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&use->lock);
  Grant *grant = find (use, logon);
  if (!grant)
    return;
  grant->count.messages -= MIN (grant->count.messages, 1);
  grant->count.recipients -= MIN (grant->count.recipients, recipients);
}

GArray *
smtp_grant_use_list (SmtpGrantUse *use)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&use->lock);
  GArray *list = g_array_sized_new (FALSE, FALSE, sizeof (SmtpGrantUsed), use->order.length);

  for (const GList *link = use->order.head; link; link = link->next)
    {
      const Grant *grant = link->data;
      SmtpGrantUsed used = { grant->address, grant->wall_time, grant->count };
      if (grant->count.messages > 0)
        g_array_append_val (list, used);
    }
  return list;
}
