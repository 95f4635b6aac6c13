/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/delivery-run.h"

#include "servers/delivery/deliver-local.h"

struct _DeliveryRun
{
  const DeliveryMeans *means; /* (unowned) */
  Attempt *attempt;           /* (unowned) */
  DeliveryRunDone done;
  gpointer user_data;
  char *destination;     /* (owned) "" for the mailboxes, and for nowhere */
  DeliverRemote *remote; /* while one is under way */
  gboolean is_in_line;
  gboolean is_cancelled;
};

static gboolean
is_remote (const Attempt *attempt)
{
  return attempt->route->kind >= ROUTE_ROUTER;
}

DeliveryRun *
delivery_run_new (const DeliveryMeans *means,
                  Attempt *attempt,
                  DeliveryRunDone done,
                  gpointer user_data)
{
  DeliveryRun *run = g_new0 (DeliveryRun, 1);
  run->means = means;
  run->attempt = attempt;
  run->done = done;
  run->user_data = user_data;
  run->destination = is_remote (attempt) ? route_to_string (attempt->route) : g_strdup ("");
  return run;
}

void
delivery_run_free (DeliveryRun *run)
{
  g_free (run->destination);
  g_free (run);
}

const char *
delivery_run_destination (const DeliveryRun *run)
{
  return run->destination;
}

/* May free the run. */
static void
end (gpointer data)
{
  DeliveryRun *run = data;
  run->done (run->user_data, run->attempt);
}

/* --- Mailboxes --- */

static void
deliver_into_mailboxes (gpointer data)
{
  DeliveryRun *run = data;
  const DeliveryMeans *means = run->means;
  g_autoptr (Credentials) credentials = users_get (means->users, run->attempt->policy->settings);
  const DeliverLocalMeans local = { means->state_dir, credentials, means->quota };
  deliver_local (&local, run->attempt);
}

/* --- Other hosts --- */

/* The turn is given back last: who gets it must not find this run half done. */
static void
end_remote (gpointer data)
{
  DeliveryRun *run = data;
  Destinations *destinations = run->means->remote.destinations;
  const Attempt *attempt = run->attempt;
  g_autofree char *destination = g_strdup (run->destination);
  g_autofree char *trouble
      = attempt->is_unreachable ? g_strdup (attempt_result (attempt, 0)->reason) : NULL;
  end (run);
  destinations_leave (destinations, destination, trouble);
}

static void
take_turn (gpointer data, const char *trouble)
{
  DeliveryRun *run = data;
  run->is_in_line = FALSE;
  if (trouble != NULL)
    delivery_run_start_in_trouble (run, trouble);
  else if (run->is_cancelled)
    end_remote (run);
  else
    deliver_remote_start (&run->means->remote, run->attempt, &run->remote, end_remote, run);
}

static void
enter_line (DeliveryRun *run)
{
  Destinations *destinations = run->means->remote.destinations;
  const Settings *settings = run->attempt->policy->settings;
  run->is_in_line = TRUE;
  destinations_set_limit (destinations, settings->smtp.delivery.connections_per_destination);
  destinations_enter (destinations, run->destination, take_turn, run);
}

gboolean
delivery_run_is_held_up (const DeliveryRun *run)
{
  return run->is_in_line
         && destinations_is_crowded (run->means->remote.destinations, run->destination);
}

void
delivery_run_withdraw (DeliveryRun *run)
{
  run->is_in_line = FALSE;
  destinations_withdraw (run->means->remote.destinations, run->destination, run);
}

/* --- All --- */

void
delivery_run_start (DeliveryRun *run)
{
  switch (run->attempt->route->kind)
    {
    case ROUTE_LOCAL:
      worker_block (run->means->worker, deliver_into_mailboxes, end, run);
      return;
    case ROUTE_ROUTER:
    case ROUTE_LITERAL:
    case ROUTE_EXCHANGERS:
      enter_line (run);
      return;
    case ROUTE_NOWHERE:
    default:
      attempt_settle_rest (run->attempt, ATTEMPT_FAILED, NULL,
                           "553 5.1.3 mail can't be sent to that address");
      end (run);
      return;
    }
}

void
delivery_run_start_in_trouble (DeliveryRun *run, const char *trouble)
{
  if (!run->is_cancelled)
    attempt_settle_rest (run->attempt, ATTEMPT_DEFERRED, NULL, trouble);
  end (run);
}

void
delivery_run_cancel (DeliveryRun *run)
{
  run->is_cancelled = TRUE;
  if (run->remote != NULL)
    deliver_remote_cancel (run->remote);
}
