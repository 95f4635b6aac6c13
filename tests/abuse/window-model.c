/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-table.h"
#include "servers/policy/policy-logon.h"
#include "servers/policy/relay-policy.h"

#include <stdio.h>
#include <string.h>

/*
 * Does what may happen to log-ons in a random order: the real table and the real policy, against a
 * model that knows the true time. Usage: window-model FOLDER STEPS SEED; prints each difference and,
 * at the end, "STEPS WRONG LET-THROUGH".
 */

#define NS G_GINT64_CONSTANT (1000000000)
#define YEAR (365 * 24 * 3600 * NS)

/* Two pairs of one link each among them, and the IPv6 address that only looks like an IPv4 one. */
static const char *const texts[] = {
  "192.0.2.7",   "192.0.2.8",       "::192.0.2.7", "2001:db8::", "2001:db8::7",
  "2001:db8::8", "2001:db8:0:1::7", "fe80::7",     "fe80::8",
};
#define N_CLIENTS G_N_ELEMENTS (texts)

static const char *const users[] = { "ann", "joe", "sue" };

/* What the table should know of a key. */
typedef struct
{
  gboolean is_there;
  guint user;
  gint64 at; /* in true time */
} Truth;

typedef struct
{
  GRand *rand;
  char *folder;
  LogonTable *table;
  IpAddress clients[N_CLIENTS];
  Truth truths[2][N_CLIENTS]; /* under the own address, and under that of the link */
  gint64 now;                 /* true time, in ns */
  gint64 boot_at;             /* in true time */
  gint64 wall_offset;         /* seconds */
  guint8 boot;
  guint minutes, joes_minutes, networks_minutes;
  gboolean by_link, is_unrecorded;
  Policy *policy;
  GMutex lock;
  GCond changed;
  gboolean is_recorded;
  guint wrong, let_through;
} Model;

static void
tell_time (Moment *now, gpointer data)
{
  const Model *model = data;

  *now = (Moment){ .boot_time_ns = model->now - model->boot_at,
                   .wall_time = model->now / NS + model->wall_offset,
                   .boot_id = { 7, model->boot } };
}

static guint
pick (Model *model, guint end)
{
  return (guint) g_rand_int_range (model->rand, 0, (gint32) end);
}

/* --- The model --- */

/* The first client of the same link, which stands for all of it; IPv4 and link-local ones stand for
 * themselves. */
static guint
first_of_link (guint client)
{
  return client == 4 || client == 5 ? 3 : client;
}

static Truth *
truth_of (Model *model, guint client)
{
  /* The network's first address is client 3's own, and the key of its link, too. */
  guint index = model->by_link ? first_of_link (client) : client;
  return index == 3 ? &model->truths[0][3] : &model->truths[model->by_link && client == 6][index];
}

static gint64
window_ns (const Model *model, guint client, guint user)
{
  guint minutes = model->minutes;

  if (user == 1)
    minutes = MIN (minutes, model->joes_minutes);
  if (client == 4)
    minutes = MIN (minutes, model->networks_minutes);
  return minutes * 60 * NS;
}

static gboolean
should_relay (Model *model, guint client)
{
  const Truth *truth = truth_of (model, client);

  return truth->is_there && !(model->is_unrecorded && client == 1)
         && model->now - truth->at < window_ns (model, client, truth->user);
}

/* --- What is tried --- */

static void
open_table (Model *model)
{
  g_autoptr (GError) error = NULL;

  model->table = logon_table_open (model->folder, LOGON_TABLE_WRITER, &error);
  if (model->table == NULL)
    g_error ("%s", error->message);
  logon_table_set_clock (model->table, tell_time, model);
}

static void
restart (Model *model)
{
  logon_table_close (model->table);
  open_table (model);
}

static void
reboot (Model *model)
{
  logon_table_close (model->table);
  model->now += pick (model, 3600) * NS;
  model->boot_at = model->now - pick (model, 60) * NS;
  model->boot++;
  memset (model->truths, 0, sizeof model->truths);
  open_table (model);
}

static void
on_recorded (gpointer data, const GError *error)
{
  Model *model = data;

  g_assert_no_error (error);
  g_mutex_lock (&model->lock);
  model->is_recorded = TRUE;
  g_cond_signal (&model->changed);
  g_mutex_unlock (&model->lock);
}

static void
log_on (Model *model)
{
  guint client = pick (model, N_CLIENTS);
  guint user = pick (model, G_N_ELEMENTS (users));
  LogonEntry entry = { policy_logon_address (model->policy, &model->clients[client]),
                       model->clients[client], users[user], 1 };

  model->is_recorded = FALSE;
  logon_table_record (model->table, &entry, on_recorded, model);
  g_mutex_lock (&model->lock);
  while (!model->is_recorded)
    g_cond_wait (&model->changed, &model->lock);
  g_mutex_unlock (&model->lock);
  *truth_of (model, client) = (Truth){ TRUE, user, model->now };
}

static void
let_pass (Model *model)
{
  const gint64 spans[] = { 0, 1, NS - 1, NS, 59 * NS, 61 * NS, 3600 * NS, 24 * 3600 * NS };

  model->now += spans[pick (model, G_N_ELEMENTS (spans))];
}

/* To the very end of somebody's window, a nanosecond before it, or behind it. */
static void
go_to_edge (Model *model)
{
  guint client = pick (model, N_CLIENTS);
  const Truth *truth = truth_of (model, client);
  gint64 edge = truth->at + window_ns (model, client, truth->user) + (gint64) pick (model, 3) - 1;

  if (truth->is_there && edge > model->now)
    model->now = edge;
}

static void
set_wall_clock (Model *model)
{
  const gint64 jumps[] = { -60, 60, -15 * 60, 15 * 60, -YEAR / NS, 10 * YEAR / NS };
  guint jump = pick (model, G_N_ELEMENTS (jumps) + 1);

  if (jump < G_N_ELEMENTS (jumps))
    model->wall_offset += jumps[jump];
  else
    model->wall_offset = -model->now / NS; /* 1970 */
}

static void
revoke_one (Model *model)
{
  guint client = pick (model, N_CLIENTS);
  IpAddress address = policy_logon_address (model->policy, &model->clients[client]);
  Truth *truth = truth_of (model, client);

  (void) logon_table_revoke (model->table, &address, NULL);
  truth->is_there = FALSE;
}

static void
revoke_all (Model *model)
{
  if (!logon_table_revoke_all (model->table, NULL))
    model->wrong++;
  memset (model->truths, 0, sizeof model->truths);
}

static void
purge (Model *model)
{
  if (!logon_table_purge (model->table, 65535 * 60, NULL))
    model->wrong++;
}

/* Of a log-on that was looked at before something else happened to it, or did not. */
static void
extend (Model *model)
{
  guint client = pick (model, N_CLIENTS);
  IpAddress address = policy_logon_address (model->policy, &model->clients[client]);
  Truth *truth = truth_of (model, client);
  gint64 seen_at = truth->at;
  Logon logon;

  if (!logon_table_look_up (model->table, &address, &logon))
    return;
  model->now++;
  if (pick (model, 4) == 0)
    log_on (model);
  if (pick (model, 4) == 0)
    revoke_one (model);
  (void) logon_table_extend (model->table, &logon, NULL);
  if (truth->is_there && truth->at == seen_at)
    truth->at = model->now;
}

static void
apply (Model *model)
{
  const guint minutes[] = { 1, 2, 15, 60, 65535 };
  g_autoptr (Settings) settings = settings_new_default ();
  LogOnSettings *log_ons = &settings->pop3.log_ons;
  IpNetwork *unrecorded = g_new0 (IpNetwork, 1);

  model->minutes = minutes[pick (model, G_N_ELEMENTS (minutes))];
  model->joes_minutes = minutes[pick (model, G_N_ELEMENTS (minutes))];
  model->networks_minutes = minutes[pick (model, G_N_ELEMENTS (minutes))];
  model->by_link = pick (model, 2);
  model->is_unrecorded = pick (model, 2);

  settings->smtp.relay.allow = ALLOWANCE_SPECIFIED;
  settings->smtp.relay.address_list = settings->smtp.relay.authenticated = FALSE;
  settings->smtp.relay.pop_client = TRUE;
  settings->smtp.relay.pop_client_minutes = model->minutes;
  log_ons->ipv6_prefix = model->by_link ? IPV6_PREFIX_64 : IPV6_PREFIX_128;
  g_strfreev (log_ons->windows);
  log_ons->windows = g_new0 (char *, 3);
  log_ons->windows[0] = g_strdup_printf ("joe %u", model->joes_minutes);
  log_ons->windows[1] = g_strdup_printf ("%s %u", texts[4], model->networks_minutes);
  network_list_clear (&log_ons->unrecorded);
  g_assert_true (ip_network_parse (texts[1], unrecorded));
  log_ons->unrecorded = network_list_take (unrecorded, model->is_unrecorded ? 1 : 0);
  g_clear_pointer (&model->policy, policy_unref);
  model->policy = policy_new (settings);
}

/* --- What comes of it --- */

static void
check (Model *model, guint step, guint client)
{
  IpAddress address = policy_logon_address (model->policy, &model->clients[client]);
  gboolean expected = should_relay (model, client);
  Logon logon;
  gboolean found = logon_table_look_up (model->table, &address, &logon);
  ClientFacts facts = {
    .address = model->clients[client],
    .seconds_since_logon = found ? logon.age : CLIENT_NEVER_LOGGED_ON,
    .logon_user = found ? logon.user : NULL,
  };
  gboolean relays = relay_policy_client_may (model->policy, &facts) == VERDICT_POP_CLIENT;

  model->let_through += relays;
  if (relays == expected)
    return;
  model->wrong++;
  printf ("step %u: %s is %s\n", step, texts[client], relays ? "let through" : "refused");
}

/* How often of 100 steps. */
static const struct
{
  guint often;
  void (*act) (Model *);
} acts[] = {
  { 40, log_on }, { 20, let_pass },  { 15, go_to_edge }, { 8, set_wall_clock },
  { 5, apply },   { 4, revoke_one }, { 4, extend },      { 1, revoke_all },
  { 1, purge },   { 1, restart },    { 1, reboot },
};

static void
go_on (Model *model)
{
  guint chance = pick (model, 100);
  gsize i = 0;

  while (chance >= acts[i].often)
    chance -= acts[i++].often;
  acts[i].act (model);
}

int
main (int argc, char **argv)
{
  Model model = { .now = 1000 * NS, .wall_offset = 1700000000 };

  if (argc != 4)
    return 2;
  guint steps = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  model.folder = argv[1];
  model.rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (argv[3], NULL, 10));
  for (guint i = 0; i < N_CLIENTS; i++)
    g_assert_true (ip_address_parse (texts[i], &model.clients[i]));
  apply (&model);
  open_table (&model);
  for (guint step = 0; step < steps; step++)
    {
      go_on (&model);
      for (guint i = 0; i < N_CLIENTS; i++)
        check (&model, step, i);
    }
  printf ("%u %u %u\n", steps, model.wrong, model.let_through);
  logon_table_close (model.table);
  policy_unref (model.policy);
  g_rand_free (model.rand);
  return model.wrong > 0;
}
