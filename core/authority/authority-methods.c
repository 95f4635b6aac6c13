/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority-methods.h"

#include "core/authority/authority.h"
#include "core/settings/schema.h"
#include "core/settings/settings-variant.h"

typedef GVariant *(*Method) (Custody *custody,
                             const char *who,
                             GVariant *arguments,
                             GError **error);

static GVariant *
revision_reply (guint64 revision)
{
  return revision != 0 ? g_variant_new ("(t)", revision) : NULL;
}

static GVariant *
problems_to_variant (GPtrArray *problems)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uss)"));
  for (guint i = 0; i < problems->len; i++)
    {
      const SettingsProblem *problem = g_ptr_array_index (problems, i);
      g_variant_builder_add (&builder, "(uss)", problem->line, problem->setting, problem->message);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
describe (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  return g_variant_new ("(@a{sa{sv}})", schema_to_variant ());
}

static GVariant *
get (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  custody_look (custody);
  return g_variant_new ("(t@a{sv})", settings_document_revision (custody_document (custody)),
                        settings_to_variant (custody_settings (custody)));
}

static GVariant *
check (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) changes = g_variant_get_child_value (arguments, 0);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();

  authority_check (custody, changes, problems, warnings);
  return g_variant_new ("(@a(uss)@a(uss))", problems_to_variant (problems),
                        problems_to_variant (warnings));
}

static GVariant *
apply (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected;
  g_autoptr (GVariant) changes = NULL;

  g_variant_get (arguments, "(t@a{sv})", &expected, &changes);
  return revision_reply (authority_apply (custody, who, expected, changes, error));
}

static GVariant *
history (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  GVariantBuilder builder;

  custody_look (custody);
  const GPtrArray *list = revisions_list (custody_revisions (custody));
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(txsas)"));
  for (guint i = 0; i < list->len; i++)
    {
      const Revision *revision = g_ptr_array_index (list, i);
      g_variant_builder_add (&builder, "(txs^as)", revision->number, revision->time_s,
                             revision->who, revision->names);
    }
  return g_variant_new ("(a(txsas))", &builder);
}

static GVariant *
diff (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  guint64 from, to;

  g_variant_get (arguments, "(tt)", &from, &to);
  GVariant *differences = authority_diff (custody, from, to, error);
  return differences != NULL ? g_variant_new ("(@a(svv))", differences) : NULL;
}

static GVariant *
restore (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected, kept;

  g_variant_get (arguments, "(tt)", &expected, &kept);
  return revision_reply (authority_restore (custody, who, expected, kept, error));
}

static GVariant *export(Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  gsize length;

  custody_look (custody);
  g_autofree char *text = settings_document_to_text (custody_document (custody), &length);
  return g_variant_new ("(s)", text);
}

static GVariant *
import (Custody *custody, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected;
  const char *text;

  g_variant_get (arguments, "(t&s)", &expected, &text);
  return revision_reply (authority_import (custody, who, expected, text, error));
}

static const struct
{
  const char *name;
  Method run;
} METHODS[] = {
  { "Describe", describe }, { "Get", get },         { "Check", check },
  { "Apply", apply },       { "History", history }, { "Diff", diff },
  { "Restore", restore },   { "Export", export },   { "Import", import },
};

GVariant *
authority_methods_run (
    Custody *custody, const char *method, const char *who, GVariant *arguments, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (METHODS); i++)
    if (g_str_equal (METHODS[i].name, method))
      return METHODS[i].run (custody, who, arguments, error);

  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED, "there is no method %s", method);
  return NULL;
}
