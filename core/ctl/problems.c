/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/problems.h"

#include "core/ctl/output.h"

#include <glib/gi18n.h>

static void
for_each (GVariant *problems, gboolean with_lines, void (*say) (const char *format, ...))
{
  GVariantIter iter;
  const char *name, *message;
  guint32 line;

  g_variant_iter_init (&iter, problems);
  while (g_variant_iter_next (&iter, "(u&s&s)", &line, &name, &message))
    {
      if (with_lines && line > 0 && name[0] != '\0')
        say (_ ("line %u: %s: %s"), line, name, message);
      else if (name[0] != '\0')
        say ("%s: %s", name, message);
      else
        say ("%s", message);
    }
}

void
problems_print (GVariant *problems)
{
  for_each (problems, FALSE, output_line);
}

void
problems_print_with_lines (GVariant *problems)
{
  for_each (problems, TRUE, output_line);
}

void
problems_warn (GVariant *problems)
{
  for_each (problems, FALSE, output_warning);
}

GVariant *
problems_for_json (GVariant *problems)
{
  GVariantBuilder builder;
  GVariantIter iter;
  guint32 line;
  const char *name, *message;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, problems);
  while (g_variant_iter_next (&iter, "(u&s&s)", &line, &name, &message))
    g_variant_builder_add_parsed (&builder, "{'line': <%u>, 'setting': <%s>, 'message': <%s>}",
                                  line, name, message);
  return g_variant_builder_end (&builder);
}
