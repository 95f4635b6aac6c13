/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/metrics.h"

#include "core/bus/counter-name.h"

void
metrics_server_clear (MetricsServer *server)
{
  g_clear_pointer (&server->counters, g_variant_unref);
}

static void
begin_metric (GString *text, const char *name, const char *help, gboolean is_gauge)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
                          is_gauge ? "gauge" : "counter");
}

typedef guint64 (*ReadState) (const MetricsServer *server);

static guint64
read_running (const MetricsServer *server)
{
  return server->running ? 1 : 0;
}

static guint64
read_revision (const MetricsServer *server)
{
  return server->revision;
}

static guint64
read_problem (const MetricsServer *server)
{
  return server->problem ? 1 : 0;
}

static guint64
read_troubles (const MetricsServer *server)
{
  return server->troubles;
}

static const struct
{
  const char *name, *help;
  ReadState read;
  gboolean of_stopped; /* has a value for a server that does not run */
} STATES[] = {
  { "postern_up", "Whether the server runs.", read_running, TRUE },
  { "postern_settings_revision", "The revision of the settings that the server has in force.",
    read_revision, FALSE },
  { "postern_settings_problem", "Whether the server could not take the newest revision.",
    read_problem, FALSE },
  { "postern_troubles",
    "How many things deserve a hand, which posternctl status tells: a certificate that ends, for "
    "one.",
    read_troubles, FALSE },
};

static void
append_states (GString *text, const MetricsServer *servers, gsize n_servers)
{
  for (gsize i = 0; i < G_N_ELEMENTS (STATES); i++)
    {
      begin_metric (text, STATES[i].name, STATES[i].help, TRUE);
      for (gsize j = 0; j < n_servers; j++)
        if (servers[j].running || STATES[i].of_stopped)
          g_string_append_printf (text, "%s{server=\"%s\"} %" G_GUINT64_FORMAT "\n", STATES[i].name,
                                  servers[j].server, STATES[i].read (&servers[j]));
    }
}

static void
append_counter (GString *text, const char *server, const char *counter, guint64 value)
{
  gboolean is_gauge = counter_name_is_gauge (counter);
  gboolean is_named = g_str_has_suffix (counter, "-total");
  g_autofree char *name
      = g_strdup_printf ("postern_%s_%s%s", server, counter, is_gauge || is_named ? "" : "_total");
  g_autofree char *words = g_strdelimit (g_strdup (counter), "-", ' ');
  g_autofree char *help = g_strdup_printf ("Of the %s server: %s, %s.", server, words,
                                           is_gauge ? "at this moment" : "since its start");

  g_strcanon (name, G_CSET_a_2_z G_CSET_DIGITS "_", '_');
  begin_metric (text, name, help, is_gauge);
  g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

char *
metrics_to_text (const MetricsServer *servers, gsize n_servers)
{
  GString *text = g_string_new (NULL);

  append_states (text, servers, n_servers);
  for (gsize i = 0; i < n_servers; i++)
    {
      GVariantIter iter;
      const char *counter;
      guint64 value;
      if (servers[i].counters == NULL)
        continue;
      g_variant_iter_init (&iter, servers[i].counters);
      while (g_variant_iter_next (&iter, "{&st}", &counter, &value))
        append_counter (text, servers[i].server, counter, value);
    }

  return g_string_free (text, FALSE);
}
