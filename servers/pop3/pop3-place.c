/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-place.h"

static Pop3Reply
objection (Pop3Services *services, ClientTallyResult tally, guint64 sessions)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);

  if (sessions > policy->settings->pop3.limits.sessions)
    return POP3_REPLY_TOO_MANY_SESSIONS;
  if (tally == CLIENT_TALLY_TOO_MANY_SESSIONS)
    return POP3_REPLY_TOO_MANY_OF_CLIENT;
  return tally == CLIENT_TALLY_FINE ? POP3_REPLY_NONE : POP3_REPLY_TOO_FAST;
}

Pop3Reply
pop3_place_take (Pop3Place *place, Pop3Services *services, const IpAddress *address)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  ClientLimits limits = { .sessions = policy->settings->pop3.limits.client_sessions };
  ClientTallyResult tally = client_tally_enter (services->tally, address, &limits);
  Pop3Reply refusal;

  *place = (Pop3Place){ services, *address };
  pop3_counters_add (&services->counters, POP3_COUNT_SESSIONS_TOTAL, 1);
  refusal = objection (services, tally,
                       pop3_counters_add (&services->counters, POP3_COUNT_SESSIONS, 1));
  if (refusal != POP3_REPLY_NONE)
    pop3_place_leave (place);
  return refusal;
}

void
pop3_place_leave (Pop3Place *place)
{
  if (place->services == NULL)
    return;
  client_tally_leave (place->services->tally, &place->address);
  pop3_counters_add (&place->services->counters, POP3_COUNT_SESSIONS, -1);
  place->services = NULL;
}
