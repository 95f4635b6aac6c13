/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary-change.h"

static void
edit_free (gpointer data)
{
  TemporaryEdit *edit = data;

  g_free (edit->name);
  g_clear_pointer (&edit->before, g_variant_unref);
  g_clear_pointer (&edit->after, g_variant_unref);
  g_strfreev (edit->added);
  g_strfreev (edit->removed);
  g_free (edit);
}

/* Returns: (transfer full): a set of the texts, which are not copied */
static GHashTable *
set_of (const char *const *rows)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (; *rows != NULL; rows++)
    g_hash_table_add (set, (gpointer) *rows);
  return set;
}

/* Returns: (transfer full): the rows that are not in the set */
static char **
rows_without (const char *const *rows, GHashTable *set)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; *rows != NULL; rows++)
    if (!g_hash_table_contains (set, *rows))
      g_strv_builder_add (builder, *rows);
  return g_strv_builder_end (builder);
}

static char **
difference (const char *const *rows, const char *const *without)
{
  g_autoptr (GHashTable) set = set_of (without);

  return rows_without (rows, set);
}

static TemporaryEdit *
edit_new (const char *name, GVariant *before, GVariant *after)
{
  TemporaryEdit *edit = g_new0 (TemporaryEdit, 1);

  edit->name = g_strdup (name);
  if (g_variant_is_of_type (before, G_VARIANT_TYPE_STRING_ARRAY))
    {
      g_autofree const char **former = g_variant_get_strv (before, NULL);
      g_autofree const char **now = g_variant_get_strv (after, NULL);

      edit->added = difference (now, former);
      edit->removed = difference (former, now);
      return edit;
    }
  edit->before = g_variant_ref (before);
  edit->after = g_variant_ref (after);
  return edit;
}

TemporaryChange *
temporary_change_new (guint64 id, const char *who, TemporarySpan span, GVariant *differences)
{
  TemporaryChange *change = g_new0 (TemporaryChange, 1);
  GVariantIter iter;
  const char *name;
  GVariant *before, *after;

  change->id = id;
  change->who = g_strdup (who);
  change->span = span;
  change->edits = g_ptr_array_new_with_free_func (edit_free);
  g_variant_iter_init (&iter, differences);
  while (g_variant_iter_loop (&iter, "(&svv)", &name, &before, &after))
    g_ptr_array_add (change->edits, edit_new (name, before, after));
  return change;
}

void
temporary_change_free (TemporaryChange *change)
{
  g_free (change->who);
  g_ptr_array_unref (change->edits);
  g_free (change);
}

GPtrArray *
temporary_changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) temporary_change_free);
}

static TemporaryEdit *
find_edit (const TemporaryChange *change, const char *name)
{
  for (guint i = 0; i < change->edits->len; i++)
    if (g_str_equal (((TemporaryEdit *) change->edits->pdata[i])->name, name))
      return change->edits->pdata[i];
  return NULL;
}

/* Returns: (transfer container) (element-type TemporaryEdit): what the later ones did to the
 * setting, in their order */
static GPtrArray *
later_edits (const GPtrArray *changes, guint index, const TemporaryEdit *of)
{
  GPtrArray *later = g_ptr_array_new ();

  for (guint i = index + 1; i < changes->len; i++)
    {
      TemporaryEdit *edit = find_edit (changes->pdata[i], of->name);

      if (edit != NULL && (edit->added != NULL) == (of->added != NULL))
        g_ptr_array_add (later, edit);
    }
  return later;
}

/* --- undoing --- */

/* What later changes added or removed is theirs to take back. */
static void
take_away_claimed (GHashTable *rows, const GPtrArray *later)
{
  for (guint i = 0; i < later->len; i++)
    {
      const TemporaryEdit *edit = later->pdata[i];

      for (char **row = edit->added; *row != NULL; row++)
        g_hash_table_remove (rows, *row);
      for (char **row = edit->removed; *row != NULL; row++)
        g_hash_table_remove (rows, *row);
    }
}

/* Returns: (transfer full) (nullable): the list without the rows that go and with those that come
 * back */
static GVariant *
undo_list (const TemporaryEdit *edit, const GPtrArray *later, GVariant *value)
{
  g_autofree const char **rows = g_variant_get_strv (value, NULL);
  g_autoptr (GHashTable) going = set_of ((const char *const *) edit->added);
  g_autoptr (GHashTable) coming = set_of ((const char *const *) edit->removed);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean differs = FALSE;

  take_away_claimed (going, later);
  take_away_claimed (coming, later);
  for (const char **row = rows; *row != NULL; row++)
    {
      g_hash_table_remove (coming, *row);
      if (g_hash_table_contains (going, *row))
        differs = TRUE;
      else
        g_strv_builder_add (builder, *row);
    }
  for (char **row = edit->removed; *row != NULL; row++)
    if (g_hash_table_contains (coming, *row))
      {
        g_strv_builder_add (builder, *row);
        differs = TRUE;
      }
  g_auto (GStrv) result = g_strv_builder_end (builder);
  return differs ? g_variant_ref_sink (g_variant_new_strv ((const char *const *) result, -1))
                 : NULL;
}

/* Returns: (transfer full) (nullable) */
static GVariant *
undo_edit (const TemporaryEdit *edit, const GPtrArray *later, GVariant *value)
{
  gboolean is_list = g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY);

  if (is_list != (edit->added != NULL)) /* the file on the disk was damaged */
    return NULL;
  if (is_list)
    return undo_list (edit, later, value);
  if (later->len > 0 || !g_variant_equal (edit->after, value))
    return NULL;
  return g_variant_ref (edit->before);
}

GVariant *
temporary_changes_undo (const GPtrArray *changes, guint index, GVariant *values)
{
  const TemporaryChange *change = changes->pdata[index];
  GVariantDict undone;

  g_variant_dict_init (&undone, NULL);
  for (guint i = 0; i < change->edits->len; i++)
    {
      const TemporaryEdit *edit = change->edits->pdata[i];
      g_autoptr (GPtrArray) later = later_edits (changes, index, edit);
      g_autoptr (GVariant) value = g_variant_lookup_value (values, edit->name, NULL);
      g_autoptr (GVariant) former = value != NULL ? undo_edit (edit, later, value) : NULL;

      if (former != NULL)
        g_variant_dict_insert_value (&undone, edit->name, former);
    }
  return g_variant_ref_sink (g_variant_dict_end (&undone));
}

/* --- inheriting --- */

/* Each row of @rows is crossed out in the first later edit that has it in the list opposite: what
 * that one undoes is what is to be undone here. */
static void
inherit_rows (char **rows, const GPtrArray *later, gboolean added)
{
  g_autoptr (GHashTable) open = set_of ((const char *const *) rows);

  for (guint i = 0; i < later->len; i++)
    {
      TemporaryEdit *edit = later->pdata[i];
      char ***opposite = added ? &edit->removed : &edit->added;
      char **former = *opposite;

      *opposite = rows_without ((const char *const *) former, open);
      for (char **row = former; *row != NULL; row++)
        g_hash_table_remove (open, *row);
      for (char **row = added ? edit->added : edit->removed; *row != NULL; row++)
        g_hash_table_remove (open, *row);
      g_strfreev (former);
    }
}

static void
inherit (const TemporaryEdit *edit, const GPtrArray *later)
{
  TemporaryEdit *heir = later->len > 0 ? later->pdata[0] : NULL;

  if (heir == NULL)
    return;
  if (edit->added != NULL)
    {
      inherit_rows (edit->added, later, TRUE);
      inherit_rows (edit->removed, later, FALSE);
    }
  else if (edit->after != NULL && heir->before != NULL
           && g_variant_equal (heir->before, edit->after))
    {
      g_variant_unref (heir->before);
      heir->before = g_variant_ref (edit->before);
    }
}

void
temporary_changes_remove (GPtrArray *changes, guint index)
{
  const TemporaryChange *change = changes->pdata[index];

  for (guint i = 0; i < change->edits->len; i++)
    {
      const TemporaryEdit *edit = change->edits->pdata[i];
      g_autoptr (GPtrArray) later = later_edits (changes, index, edit);

      inherit (edit, later);
    }
  g_ptr_array_remove_index (changes, index);
}

/* --- describing --- */

/* Returns: (transfer floating): the list with what the edit removed gone, and what it added there */
static GVariant *
redo_list (const TemporaryEdit *edit, GVariant *value)
{
  g_autofree const char **rows = g_variant_get_strv (value, NULL);
  g_auto (GStrv) kept = difference (rows, (const char *const *) edit->removed);
  g_auto (GStrv) new_ones
      = difference ((const char *const *) edit->added, (const char *const *) kept);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) kept);
  g_strv_builder_addv (builder, (const char **) new_ones);
  g_auto (GStrv) result = g_strv_builder_end (builder);
  return g_variant_new_strv ((const char *const *) result, -1);
}

void
temporary_changes_describe (
    const GPtrArray *changes, guint index, GVariant *values, GVariant **before, GVariant **after)
{
  const TemporaryChange *change = changes->pdata[index];
  g_autoptr (GVariant) undone = temporary_changes_undo (changes, index, values);
  GVariantDict without, with;

  g_variant_dict_init (&without, NULL);
  g_variant_dict_init (&with, NULL);
  for (guint i = 0; i < change->edits->len; i++)
    {
      const TemporaryEdit *edit = change->edits->pdata[i];
      g_autoptr (GVariant) former = g_variant_lookup_value (undone, edit->name, NULL);

      if (former == NULL)
        former = g_variant_lookup_value (values, edit->name, NULL);
      if (former == NULL
          || g_variant_is_of_type (former, G_VARIANT_TYPE_STRING_ARRAY) != (edit->added != NULL))
        continue;
      g_variant_dict_insert_value (&without, edit->name, former);
      g_variant_dict_insert_value (&with, edit->name,
                                   edit->added != NULL ? redo_list (edit, former) : edit->after);
    }
  *before = g_variant_ref_sink (g_variant_dict_end (&without));
  *after = g_variant_ref_sink (g_variant_dict_end (&with));
}

/* --- there and back --- */

static GVariant *
edit_to_variant (const TemporaryEdit *edit)
{
  static const char *const NONE[] = { NULL };

  return g_variant_new ("(smvmv^as^as)", edit->name, edit->before, edit->after,
                        edit->added != NULL ? (const char *const *) edit->added : NONE,
                        edit->removed != NULL ? (const char *const *) edit->removed : NONE);
}

GVariant *
temporary_changes_to_variant (const GPtrArray *changes)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (TEMPORARY_CHANGES_TYPE));

  for (guint i = 0; i < changes->len; i++)
    {
      const TemporaryChange *change = changes->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE ("(tsxxxa(smvmvasas))"));
      g_variant_builder_add (&builder, "t", change->id);
      g_variant_builder_add (&builder, "s", change->who);
      g_variant_builder_add (&builder, "x", change->span.made_s);
      g_variant_builder_add (&builder, "x", change->span.end_s);
      g_variant_builder_add (&builder, "x", change->span.made_boot_ms);
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(smvmvasas)"));
      for (guint j = 0; j < change->edits->len; j++)
        g_variant_builder_add_value (&builder, edit_to_variant (change->edits->pdata[j]));
      g_variant_builder_close (&builder);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static TemporaryEdit *
edit_from_variant (GVariant *variant)
{
  TemporaryEdit *edit = g_new0 (TemporaryEdit, 1);

  g_variant_get (variant, "(smvmv^as^as)", &edit->name, &edit->before, &edit->after, &edit->added,
                 &edit->removed);
  if (edit->before != NULL && edit->after != NULL)
    {
      g_clear_pointer (&edit->added, g_strfreev);
      g_clear_pointer (&edit->removed, g_strfreev);
    }
  return edit;
}

GPtrArray *
temporary_changes_from_variant (GVariant *variant)
{
  GPtrArray *changes = temporary_changes_new ();
  GVariantIter iter;
  TemporaryChange read;
  GVariantIter *edits;

  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "(tsxxxa(smvmvasas))", &read.id, &read.who, &read.span.made_s,
                              &read.span.end_s, &read.span.made_boot_ms, &edits))
    {
      GVariant *edit;

      read.edits = g_ptr_array_new_with_free_func (edit_free);
      while ((edit = g_variant_iter_next_value (edits)) != NULL)
        {
          g_ptr_array_add (read.edits, edit_from_variant (edit));
          g_variant_unref (edit);
        }
      g_variant_iter_free (edits);
      g_ptr_array_add (changes, g_memdup2 (&read, sizeof read));
    }
  return changes;
}
