/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-variant.h"

#include "core/settings/list-row.h"
#include "core/settings/setting.h"

const GVariantType *
settings_variant_type (SettingKind kind)
{
  switch (kind)
    {
    case SETTING_BOOLEAN:
      return G_VARIANT_TYPE_BOOLEAN;
    case SETTING_INTEGER:
      return G_VARIANT_TYPE_UINT32;
    case SETTING_TEXT:
    case SETTING_WORD:
      return G_VARIANT_TYPE_STRING;
    default:
      return G_VARIANT_TYPE_STRING_ARRAY;
    }
}

static GVariant *
list_to_variant (SettingKind kind, gconstpointer member)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  gsize length = list_row_count (kind, member);

  for (gsize i = 0; i < length; i++)
    {
      ListRow row = list_row_get (kind, member, i);

      g_variant_builder_add_value (&builder,
                                   g_variant_new_take_string (list_row_to_text (kind, &row)));
    }
  return g_variant_builder_end (&builder);
}

GVariant *
settings_variant_of (const Setting *setting, const Settings *settings)
{
  gconstpointer member = setting_member (setting, settings);

  switch (setting->kind)
    {
    case SETTING_BOOLEAN:
      return g_variant_new_boolean (*(const gboolean *) member);
    case SETTING_INTEGER:
      return g_variant_new_uint32 (*(const guint *) member);
    case SETTING_TEXT:
      return g_variant_new_string (*(char *const *) member);
    case SETTING_WORD:
      return g_variant_new_string (schema_lookup (setting->name)->words[*(const guint *) member]);
    default:
      return list_to_variant (setting->kind, member);
    }
}

GVariant *
settings_to_variant (const Settings *settings)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gsize length;
  const Setting *table = setting_table (&length);

  for (gsize i = 0; i < length; i++)
    g_variant_builder_add (&builder, "{sv}", table[i].name,
                           settings_variant_of (&table[i], settings));
  return g_variant_builder_end (&builder);
}

GVariant *
settings_diff (const Settings *from, const Settings *to)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(svv)"));
  gsize length;
  const Setting *table = setting_table (&length);

  for (gsize i = 0; i < length; i++)
    if (!setting_equal (&table[i], from, to))
      g_variant_builder_add (&builder, "(svv)", table[i].name,
                             settings_variant_of (&table[i], from),
                             settings_variant_of (&table[i], to));
  return g_variant_builder_end (&builder);
}

char **
settings_diff_names (const Settings *from, const Settings *to)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gsize length;
  const Setting *table = setting_table (&length);

  for (gsize i = 0; i < length; i++)
    if (!setting_equal (&table[i], from, to))
      g_strv_builder_add (names, table[i].name);
  return g_strv_builder_end (names);
}
