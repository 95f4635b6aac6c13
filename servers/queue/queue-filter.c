/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-filter.h"

#include <string.h>

static gboolean
matches_pattern (const char *pattern, const char *text)
{
  const char *star = NULL, *after_star = NULL;
  while (*text != '\0')
    if (*pattern == '*')
      {
        star = pattern++;
        after_star = text;
      }
    else if (g_ascii_tolower (*pattern) == g_ascii_tolower (*text))
      {
        pattern++;
        text++;
      }
    else if (star != NULL)
      {
        /* The newest star takes one byte more; those before it need not move. */
        pattern = star + 1;
        text = ++after_star;
      }
    else
      return FALSE;
  return pattern[strspn (pattern, "*")] == '\0';
}

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
         && (filter->recipient == NULL || matches_pattern (filter->recipient, recipient->address))
         && (filter->destination == NULL
             || matches_pattern (filter->destination, domain_of (recipient->address)));
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
  if (!matches_hold (filter, envelope->hold)
      || (filter->after > 0 && envelope->id <= filter->after)
      || (filter->sender != NULL && !matches_pattern (filter->sender, envelope->sender)))
    return FALSE;
  if (filter->recipient == NULL && filter->destination == NULL)
    return TRUE;
  for (guint i = 0; i < envelope->recipients->len; i++)
    if (matches_recipient (filter, envelope_recipient (envelope, i)))
      return TRUE;
  return FALSE;
}
