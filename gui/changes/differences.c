/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/differences.h"

GVariant *
differences_new (PosternClient *client, GVariant *changes)
{
  GVariantBuilder differences;
  GVariantIter iter;
  GVariant *after;
  const char *name;

  g_variant_builder_init (&differences, G_VARIANT_TYPE ("a(svv)"));
  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &after))
    {
      g_autoptr (GVariant) before = postern_client_get_value (client, name);

      if (before != NULL && !g_variant_equal (before, after))
        g_variant_builder_add (&differences, "(svv)", name, before, after);
    }
  return g_variant_ref_sink (g_variant_builder_end (&differences));
}

GVariant *
differences_to_changes (GVariant *differences)
{
  GVariantDict changes;
  GVariantIter iter;
  GVariant *after;
  const char *name;

  g_variant_dict_init (&changes, NULL);
  g_variant_iter_init (&iter, differences);
  while (g_variant_iter_loop (&iter, "(&svv)", &name, NULL, &after))
    g_variant_dict_insert_value (&changes, name, after);
  return g_variant_ref_sink (g_variant_dict_end (&changes));
}

/* @which: of a row: 1 for the value before, 2 for the one afterwards */
static gboolean
are_loaded (GVariant *differences, PosternClient *client, gsize which)
{
  for (gsize i = 0; i < g_variant_n_children (differences); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (differences, i);
      g_autoptr (GVariant) boxed = g_variant_get_child_value (row, which);
      g_autoptr (GVariant) wanted = g_variant_get_variant (boxed);
      const char *name;

      g_variant_get_child (row, 0, "&s", &name);
      g_autoptr (GVariant) value = postern_client_get_value (client, name);
      if (value == NULL || !g_variant_equal (value, wanted))
        return FALSE;
    }
  return TRUE;
}

gboolean
differences_are_made (GVariant *differences, PosternClient *client)
{
  return are_loaded (differences, client, 2);
}

gboolean
differences_are_undone (GVariant *differences, PosternClient *client)
{
  return g_variant_n_children (differences) > 0 && are_loaded (differences, client, 1);
}
