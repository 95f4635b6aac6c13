/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority-methods.h"

#include "core/authority/authority.h"
#include "core/settings/risk.h"
#include "core/settings/schema.h"
#include "core/settings/settings-variant.h"

typedef GVariant *(*Method) (const AuthorityMeans *means,
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
describe (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  return g_variant_new ("(@a{sa{sv}})", schema_to_variant ());
}

static GVariant *
get (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  custody_look (means->custody);
  return g_variant_new ("(t@a{sv})", settings_document_revision (custody_document (means->custody)),
                        settings_to_variant (custody_settings (means->custody)));
}

static GVariant *
check (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) changes = g_variant_get_child_value (arguments, 0);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();

  authority_check (means->custody, changes, problems, warnings);
  return g_variant_new ("(@a(uss)@a(uss))", problems_to_variant (problems),
                        problems_to_variant (warnings));
}

static GVariant *
apply (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected;
  g_autoptr (GVariant) changes = NULL;

  g_variant_get (arguments, "(t@a{sv})", &expected, &changes);
  return revision_reply (authority_apply (means->custody, who, expected, changes, error));
}

static GVariant *
assess (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) changes = g_variant_get_child_value (arguments, 0);
  g_autoptr (GPtrArray) risks = authority_assess (means->custody, changes, error);
  GVariantBuilder builder;

  if (risks == NULL)
    return NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sss)"));
  for (guint i = 0; i < risks->len; i++)
    {
      const Risk *risk = g_ptr_array_index (risks, i);
      g_variant_builder_add (&builder, "(sss)", risk_word (risk->kind), risk->setting,
                             risk->sentence);
    }
  return g_variant_new ("(a(sss))", &builder);
}

static GVariant *
apply_until (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected;
  gint64 end_s;
  g_autoptr (GVariant) changes = NULL;

  g_variant_get (arguments, "(t@a{sv}x)", &expected, &changes, &end_s);
  guint64 revision = temporary_apply (means->temporary, who, expected, changes, end_s, error);
  return revision != 0 ? g_variant_new ("(tt)", revision, revision) : NULL;
}

static GVariant *
keep (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 id;

  g_variant_get (arguments, "(t)", &id);
  return temporary_keep (means->temporary, who, id, error) ? g_variant_new ("()") : NULL;
}

static GVariant *
end_temporary (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 id;

  g_variant_get (arguments, "(t)", &id);
  return revision_reply (temporary_end (means->temporary, who, id, error));
}

static GVariant *
temporary (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  return g_variant_new ("(@aa{sv})", temporary_to_variant (means->temporary));
}

static GVariant *
history (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  GVariantBuilder builder;

  custody_look (means->custody);
  const GPtrArray *list = revisions_list (custody_revisions (means->custody));
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
diff (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 from, to;

  g_variant_get (arguments, "(tt)", &from, &to);
  GVariant *differences = authority_diff (means->custody, from, to, error);
  return differences != NULL ? g_variant_new ("(@a(svv))", differences) : NULL;
}

static GVariant *
diff_document (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  const char *text;

  g_variant_get (arguments, "(&s)", &text);
  GVariant *differences = authority_diff_document (means->custody, text, error);
  return differences != NULL ? g_variant_new ("(@a(svv))", differences) : NULL;
}

static GVariant *
restore (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected, kept;

  g_variant_get (arguments, "(tt)", &expected, &kept);
  return revision_reply (authority_restore (means->custody, who, expected, kept, error));
}

static GVariant *export(const AuthorityMeans *means,
                        const char *who,
                        GVariant *arguments,
                        GError **error)
{
  gsize length;

  custody_look (means->custody);
  g_autofree char *text = settings_document_to_text (custody_document (means->custody), &length);
  return g_variant_new ("(s)", text);
}

static GVariant *
import (const AuthorityMeans *means, const char *who, GVariant *arguments, GError **error)
{
  guint64 expected;
  const char *text;

  g_variant_get (arguments, "(t&s)", &expected, &text);
  return revision_reply (authority_import (means->custody, who, expected, text, error));
}

static const struct
{
  const char *name;
  Method run;
} METHODS[] = {
  { "Describe", describe },   { "Get", get },
  { "Check", check },         { "Assess", assess },
  { "Apply", apply },         { "ApplyUntil", apply_until },
  { "Keep", keep },           { "EndTemporary", end_temporary },
  { "Temporary", temporary }, { "History", history },
  { "Diff", diff },           { "DiffDocument", diff_document },
  { "Restore", restore },     { "Export", export },
  { "Import", import },
};

/* Returns: (transfer floating): @reply; %NULL with FAILED where the bus would end us for it */
static GVariant *
only_what_the_bus_carries (GVariant *reply, GError **error)
{
  if (reply == NULL || g_variant_get_size (reply) <= AUTHORITY_METHODS_REPLY_MAX_BYTES)
    return reply;
  g_variant_unref (g_variant_ref_sink (reply));
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED,
               "the answer is larger than the message bus carries (%d MiB); what it would say is in"
               " the settings file and the revisions themselves",
               AUTHORITY_METHODS_REPLY_MAX_BYTES >> 20);
  return NULL;
}

GVariant *
authority_methods_run (const AuthorityMeans *means,
                       const char *method,
                       const char *who,
                       GVariant *arguments,
                       GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (METHODS); i++)
    if (g_str_equal (METHODS[i].name, method))
      return only_what_the_bus_carries (METHODS[i].run (means, who, arguments, error), error);

  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED, "there is no method %s", method);
  return NULL;
}
