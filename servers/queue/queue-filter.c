/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-filter.h"

#include "servers/mail/wildcard.h"

#include <string.h>

static const char *
domain_of (const char *address)
{
  const char *at = strrchr (address, '@');
  return at != NULL ? at + 1 : "";
}

static gboolean
matches_recipient (const QueueFilter *filter, const Recipient *recipient)
{
  return recipient->state == RECIPIENT_WAITING
         && (filter->recipient == NULL || wildcard_match (filter->recipient, recipient->address))
         && (filter->destination == NULL
             || wildcard_match (filter->destination, domain_of (recipient->address)));
}

static gboolean
matches_hold (const QueueFilter *filter, EnvelopeHold hold)
{
  return (!filter->held_only && !filter->kept_only) || (filter->held_only && hold == ENVELOPE_HELD)
         || (filter->kept_only && hold == ENVELOPE_KEPT);
}

gboolean
queue_filter_matches (const QueueFilter *filter, const Envelope *envelope)
{
  if (!matches_hold (filter, envelope->hold) || (filter->after > 0 && envelope->id <= filter->after)
      || (filter->sender != NULL && !wildcard_match (filter->sender, envelope->sender)))
    return FALSE;
  if (filter->recipient == NULL && filter->destination == NULL)
    return TRUE;
  for (guint i = 0; i < envelope->recipients->len; i++)
    if (matches_recipient (filter, envelope_recipient (envelope, i)))
      return TRUE;
  return FALSE;
}
