/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-place.h"

#include "servers/policy/policy-logon.h"

static gboolean
make_room (Pop3Place *place, const Policy *policy, ReceptionSeat *seat, gpointer newcomer)
{
  IpAddress address = policy_logon_address (policy, &place->address);
  Logon logon;

  place->comes_first = logon_table_look_up (place->services->logons, &address, &logon);
  return reception_make_room (seat, newcomer);
}

Pop3Reply
pop3_place_take (Pop3Place *place,
                 Pop3Services *services,
                 const IpAddress *address,
                 ReceptionSeat *seat,
                 gpointer newcomer)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  const Pop3Limits *limits = &policy->settings->pop3.limits;
  ClientLimits client_limits = { .sessions = limits->client_sessions };
  Pop3Reply refusal = POP3_REPLY_NONE;

  *place = (Pop3Place){ services, *address, FALSE };
  pop3_counters_add (&services->counters, POP3_COUNT_SESSIONS_TOTAL, 1);
  guint64 sessions = pop3_counters_add (&services->counters, POP3_COUNT_SESSIONS, 1);
  if (client_tally_enter (services->tally, address, &client_limits) != CLIENT_TALLY_FINE)
    refusal = POP3_REPLY_TOO_MANY_OF_CLIENT;
  else if (sessions > limits->sessions && !make_room (place, policy, seat, newcomer))
    refusal = POP3_REPLY_TOO_MANY_SESSIONS;
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
