/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/plan.h"

#include "servers/delivery/recipient-address.h"

static Attempt *
find_attempt (GPtrArray *attempts, const Route *route)
{
  for (guint i = 0; i < attempts->len; i++)
    {
      Attempt *attempt = g_ptr_array_index (attempts, i);
      if (route_equal (attempt->route, route))
        return attempt;
    }
  return NULL;
}

static Route *
find_route (const Policy *policy, const char *recipient)
{
  g_autoptr (MailAddress) address = recipient_address_parse (recipient);
  return address != NULL ? route_find (policy, address) : route_new_nowhere ();
}

GPtrArray *
plan_make (const Envelope *envelope, Policy *policy, GBytes *content, gboolean eight_bit)
{
  GPtrArray *attempts = g_ptr_array_new_with_free_func ((GDestroyNotify) attempt_free);
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state != RECIPIENT_WAITING)
        continue;
      g_autoptr (Route) route = find_route (policy, recipient->address);
      Attempt *attempt = find_attempt (attempts, route);
      if (attempt == NULL)
        {
          attempt = attempt_new (envelope, g_steal_pointer (&route), policy, content, eight_bit);
          g_ptr_array_add (attempts, attempt);
        }
      attempt_add (attempt, i);
    }
  return attempts;
}
