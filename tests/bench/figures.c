/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"

#include <stdio.h>

void
figures_set_up (Figures *figures)
{
  figures->text = g_string_new ("{");
}

static void
separate (Figures *figures)
{
  char last = figures->text->str[figures->text->len - 1];
  if (last != '{' && last != '[')
    g_string_append (figures->text, ", ");
}

static void
begin (Figures *figures, const char *name)
{
  separate (figures);
  g_string_append_printf (figures->text, "\"%s\": ", name);
}

void
figures_count (Figures *figures, const char *name, guint64 value)
{
  begin (figures, name);
  g_string_append_printf (figures->text, "%" G_GUINT64_FORMAT, value);
}

void
figures_real (Figures *figures, const char *name, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  begin (figures, name);
  g_string_append (figures->text, g_ascii_formatd (digits, sizeof digits, "%.6g", value));
}

void
figures_moment (Figures *figures, const char *name, gint64 us)
{
  begin (figures, name);
  g_string_append_printf (figures->text, "%" G_GINT64_FORMAT ".%06d", us / G_USEC_PER_SEC,
                          (int) (us % G_USEC_PER_SEC));
}

void
figures_string (Figures *figures, const char *name, const char *value)
{
  begin (figures, name);
  g_string_append_c (figures->text, '"');
  for (const char *at = value; *at; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (figures->text, '\\');
      g_string_append_c (figures->text, *at);
    }
  g_string_append_c (figures->text, '"');
}

void
figures_latencies (Figures *figures, const char *name, Latencies *latencies)
{
  begin (figures, name);
  g_string_append_c (figures->text, '{');
  figures_real (figures, "p50", latencies_percentile_ms (latencies, 50));
  figures_real (figures, "p99", latencies_percentile_ms (latencies, 99));
  figures_real (figures, "max", latencies_percentile_ms (latencies, 100));
  g_string_append_c (figures->text, '}');
}

void
figures_rows (Figures *figures, const char *name)
{
  begin (figures, name);
  g_string_append_c (figures->text, '[');
}

void
figures_row (Figures *figures)
{
  separate (figures);
  g_string_append_c (figures->text, '{');
}

void
figures_row_end (Figures *figures)
{
  g_string_append_c (figures->text, '}');
}

void
figures_rows_end (Figures *figures)
{
  g_string_append_c (figures->text, ']');
}

char *
figures_finish (Figures *figures)
{
  g_string_append_c (figures->text, '}');
  return g_string_free (g_steal_pointer (&figures->text), FALSE);
}

void
figures_print (Figures *figures)
{
  g_autofree char *text = figures_finish (figures);
  puts (text);
}
