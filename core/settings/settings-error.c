/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-error.h"

/* More of a wrong value than this helps nobody to find it. */
#define SHORTENED_MAX_CHARACTERS 100

G_DEFINE_QUARK (postern - settings - error, settings_error)

SettingsProblem *
settings_problem_new (guint line, const char *setting, const char *format, ...)
{
  SettingsProblem *problem = g_new (SettingsProblem, 1);
  va_list arguments;

  va_start (arguments, format);
  problem->line = line;
  problem->setting = g_strdup (setting);
  problem->message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return problem;
}

void
settings_problem_free (SettingsProblem *problem)
{
  if (problem == NULL)
    return;
  g_free (problem->setting);
  g_free (problem->message);
  g_free (problem);
}

GPtrArray *
settings_problems_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) settings_problem_free);
}

char *
settings_problems_to_string (GPtrArray *problems)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const SettingsProblem *problem = problems->pdata[i];

      if (i > 0)
        g_string_append_c (text, '\n');
      if (problem->line > 0)
        g_string_append_printf (text, "line %u: ", problem->line);
      if (problem->setting[0] != '\0')
        g_string_append_printf (text, "%s: ", problem->setting);
      g_string_append (text, problem->message);
    }
  return g_string_free (text, FALSE);
}

char *
settings_problem_shorten (const char *text)
{
  g_autofree char *head = NULL;

  if (g_utf8_strlen (text, -1) <= SHORTENED_MAX_CHARACTERS)
    return g_strdup (text);
  head = g_utf8_substring (text, 0, SHORTENED_MAX_CHARACTERS);
  return g_strconcat (head, "...", NULL);
}
