/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary.h"

#include "core/authority/authority.h"
#include "core/authority/temporary-change.h"
#include "core/authority/temporary-store.h"
#include "core/settings/settings-variant.h"

#define BY_ITSELF "posternd"

/* When the disk did not let a change be taken back. */
#define AGAIN_MS 5000

struct _Temporary
{
  Custody *custody;   /* (unowned) */
  char *path;         /* (owned) */
  GPtrArray *changes; /* (owned) (element-type TemporaryChange): in the order they were made */
  TemporaryClock clock;
  gboolean failed; /* the last time something was to be taken back */
  void (*listener) (gpointer user_data);
  gpointer listener_data;
};

static void
tell (Temporary *temporary)
{
  if (temporary->listener != NULL)
    temporary->listener (temporary->listener_data);
}

/* --- the list and its file --- */

static gboolean
save (Temporary *temporary, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (temporary_store_save (temporary->path, temporary->changes, &cause))
    return TRUE;
  authority_error_set_failed (error, cause);
  return FALSE;
}

/* A change is noted before it is saved: was it saved? */
static gboolean
is_in_force (const Temporary *temporary, const TemporaryChange *change)
{
  const Revision *made = revisions_find (custody_revisions (temporary->custody), change->id);
  g_autofree char *who = g_strconcat (change->who, TEMPORARY_MADE, NULL);

  if (made == NULL)
    return change->id <= settings_document_revision (custody_document (temporary->custody));
  return g_str_equal (made->who, who);
}

Temporary *
temporary_open (Custody *custody, const char *state_dir, TemporaryClock clock)
{
  Temporary *temporary = g_new0 (Temporary, 1);
  g_autoptr (GError) error = NULL;

  temporary->custody = custody;
  temporary->path = g_build_filename (state_dir, "revisions", "temporary", NULL);
  temporary->clock = clock;
  temporary->changes = temporary_store_load (temporary->path);
  guint noted = temporary->changes->len;
  for (guint i = temporary->changes->len; i > 0; i--)
    if (!is_in_force (temporary, temporary->changes->pdata[i - 1]))
      g_ptr_array_remove_index (temporary->changes, i - 1);
  /* Another revision will have its number. */
  if (temporary->changes->len < noted && !save (temporary, &error))
    g_warning ("%s", error->message);
  return temporary;
}

void
temporary_free (Temporary *temporary)
{
  if (temporary == NULL)
    return;
  g_ptr_array_unref (temporary->changes);
  g_free (temporary->path);
  g_free (temporary);
}

void
temporary_set_listener (Temporary *temporary,
                        void (*listener) (gpointer user_data),
                        gpointer user_data)
{
  temporary->listener = listener;
  temporary->listener_data = user_data;
}

/* Returns FALSE with NO_SUCH_REVISION. */
static gboolean
find (const Temporary *temporary, guint64 id, guint *index, GError **error)
{
  for (guint i = 0; i < temporary->changes->len; i++)
    if (((const TemporaryChange *) temporary->changes->pdata[i])->id == id)
      {
        *index = i;
        return TRUE;
      }
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION,
               "revision %" G_GUINT64_FORMAT " is no temporary change, or is one no longer", id);
  return FALSE;
}

/* --- making one --- */

static gboolean
check_end (const Temporary *temporary, gint64 end_s, GError **error)
{
  TemporarySpan span = temporary_clock_span (temporary->clock (), end_s);

  if (end_s <= TEMPORARY_END_MAX_S && !temporary_clock_is_over (&span, temporary->clock ()))
    return TRUE;
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID, "the end is %s",
               end_s <= TEMPORARY_END_MAX_S ? "over already" : "too far away");
  return FALSE;
}

/* Returns: (transfer full): what the document changes; %NULL with INVALID when that is nothing */
static GVariant *
differences_of (const Temporary *temporary, SettingsDocument *next, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (Settings) settings = settings_document_snapshot (next, NULL, &cause);

  if (settings == NULL)
    {
      authority_error_set_failed (error, cause);
      return NULL;
    }
  g_autoptr (GVariant) differences
      = g_variant_ref_sink (settings_diff (custody_settings (temporary->custody), settings));
  if (g_variant_n_children (differences) > 0)
    return g_steal_pointer (&differences);
  g_set_error_literal (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID,
                       "nothing would change: these values are in force already");
  return NULL;
}

static void
forget_last (Temporary *temporary)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_remove_index (temporary->changes, temporary->changes->len - 1);
  if (!save (temporary, &error))
    g_warning ("%s", error->message);
}

static void
log_made (const TemporaryChange *change)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (change->span.end_s);
  g_autofree char *when = g_date_time_format (end, "%Y-%m-%d %H:%M:%S UTC");

  g_message ("settings: revision %" G_GUINT64_FORMAT " is temporary, and taken back at %s",
             change->id, when);
}

guint64
temporary_apply (Temporary *temporary,
                 const char *who,
                 guint64 expected,
                 GVariant *changes,
                 gint64 end_s,
                 GError **error)
{
  g_autofree char *label = g_strconcat (who, TEMPORARY_MADE, NULL);

  if (!check_end (temporary, end_s, error))
    return 0;
  g_autoptr (SettingsDocument) next
      = authority_prepare (temporary->custody, expected, changes, error);
  g_autoptr (GVariant) differences = next != NULL ? differences_of (temporary, next, error) : NULL;
  if (differences == NULL)
    return 0;

  TemporaryChange *change
      = temporary_change_new (custody_next_revision (temporary->custody), who,
                              temporary_clock_span (temporary->clock (), end_s), differences);
  g_ptr_array_add (temporary->changes, change);
  if (!save (temporary, error))
    {
      g_ptr_array_remove_index (temporary->changes, temporary->changes->len - 1);
      return 0;
    }
  guint64 revision = custody_commit (temporary->custody, label, g_steal_pointer (&next), error);
  if (revision == 0)
    {
      forget_last (temporary);
      return 0;
    }
  log_made (change);
  tell (temporary);
  return revision;
}

/* --- ending one --- */

/* Adds the one value to what is to be changed, if the settings stay valid with it. */
static gboolean
take (const Temporary *temporary, GVariantDict *wanted, const char *name, GVariant *value)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (SettingsDocument) copy
      = settings_document_copy (custody_document (temporary->custody));

  g_variant_dict_insert_value (wanted, name, value);
  g_autoptr (GVariant) tried = g_variant_ref_sink (g_variant_dict_end (wanted));
  gboolean valid = settings_document_change (copy, tried, problems)
                   && settings_document_validate (copy, problems, NULL);
  g_variant_dict_init (wanted, tried);
  if (!valid)
    g_variant_dict_remove (wanted, name);
  return valid;
}

/* Returns: (transfer full): as many of the @undone values as the settings stay valid with. One may
 * need another, so they are tried until no more fit. */
static GVariant *
take_what_fits (const Temporary *temporary, GVariant *undone)
{
  GVariantDict wanted, rest;
  gboolean progress = TRUE;

  g_variant_dict_init (&wanted, NULL);
  g_variant_dict_init (&rest, undone);
  while (progress)
    {
      g_autoptr (GVariant) open = g_variant_ref_sink (g_variant_dict_end (&rest));
      GVariantIter iter;
      const char *name;
      GVariant *value;

      progress = FALSE;
      g_variant_dict_init (&rest, open);
      g_variant_iter_init (&iter, open);
      while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
        if (take (temporary, &wanted, name, value))
          {
            g_variant_dict_remove (&rest, name);
            progress = TRUE;
          }
    }
  g_variant_dict_clear (&rest);
  return g_variant_ref_sink (g_variant_dict_end (&wanted));
}

static void
log_dropped (const TemporaryChange *change, GPtrArray *problems)
{
  g_autofree char *why = settings_problems_to_string (problems);

  g_warning ("settings: not all of revision %" G_GUINT64_FORMAT
             " could be taken back, for the settings would not be valid then; what stays has to be "
             "changed by hand: %s",
             change->id, why);
}

/* Returns: (transfer full) (nullable): the settings without the change; %NULL when they do not
 * differ */
static SettingsDocument *
document_without (const Temporary *temporary, guint index)
{
  g_autoptr (GVariant) values
      = g_variant_ref_sink (settings_to_variant (custody_settings (temporary->custody)));
  g_autoptr (GVariant) undone = temporary_changes_undo (temporary->changes, index, values);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (SettingsDocument) copy
      = settings_document_copy (custody_document (temporary->custody));

  if (g_variant_n_children (undone) == 0)
    return NULL;
  if (settings_document_change (copy, undone, problems)
      && settings_document_validate (copy, problems, NULL))
    return g_steal_pointer (&copy);

  log_dropped (temporary->changes->pdata[index], problems);
  g_autoptr (GVariant) fitting = take_what_fits (temporary, undone);
  g_autoptr (SettingsDocument) rest
      = settings_document_copy (custody_document (temporary->custody));
  if (g_variant_n_children (fitting) == 0 || !settings_document_change (rest, fitting, problems))
    return NULL;
  return g_steal_pointer (&rest);
}

/* The settings first, then the list: after a crash between the two, the end finds nothing left to
 * take back. */
static gboolean
take_back (Temporary *temporary, const char *who, guint index, GError **error)
{
  g_autofree char *label = g_strconcat (who, TEMPORARY_TAKEN_BACK, NULL);
  g_autoptr (GError) cause = NULL;
  guint64 id = ((const TemporaryChange *) temporary->changes->pdata[index])->id;

  custody_look (temporary->custody);
  SettingsDocument *without = document_without (temporary, index);
  if (without != NULL && custody_commit (temporary->custody, label, without, error) == 0)
    return FALSE;
  g_message ("settings: temporary revision %" G_GUINT64_FORMAT " is over%s", id,
             without != NULL ? "" : ": there was nothing left to take back");
  temporary_changes_remove (temporary->changes, index);
  if (!save (temporary, &cause))
    g_warning ("settings: that revision %" G_GUINT64_FORMAT " is over could not be noted: %s", id,
               cause->message);
  tell (temporary);
  return TRUE;
}

gboolean
temporary_keep (Temporary *temporary, const char *who, guint64 id, GError **error)
{
  guint index;

  temporary_end_due (temporary);
  if (!find (temporary, id, &index, error))
    return FALSE;
  TemporaryChange *kept = g_ptr_array_steal_index (temporary->changes, index);
  if (!save (temporary, error))
    {
      g_ptr_array_insert (temporary->changes, (int) index, kept);
      return FALSE;
    }
  g_message ("settings: revision %" G_GUINT64_FORMAT " is not temporary any more: kept by %s", id,
             who);
  temporary_change_free (kept);
  tell (temporary);
  return TRUE;
}

guint64
temporary_end (Temporary *temporary, const char *who, guint64 id, GError **error)
{
  guint index;

  if (!find (temporary, id, &index, error) || !take_back (temporary, who, index, error))
    return 0;
  return settings_document_revision (custody_document (temporary->custody));
}

void
temporary_end_due (Temporary *temporary)
{
  guint i = temporary->changes->len;

  temporary->failed = FALSE;
  while (i > 0 && !temporary->failed)
    {
      const TemporaryChange *change = temporary->changes->pdata[--i];
      g_autoptr (GError) error = NULL;

      if (!temporary_clock_is_over (&change->span, temporary->clock ()))
        continue;
      temporary->failed = !take_back (temporary, BY_ITSELF, i, &error);
      if (temporary->failed)
        g_warning ("settings: revision %" G_GUINT64_FORMAT
                   " is over, but could not be taken back yet: %s",
                   change->id, error->message);
    }
}

int
temporary_next_ms (const Temporary *temporary)
{
  guint next_ms = G_MAXINT;

  if (temporary->failed)
    return AGAIN_MS;
  for (guint i = 0; i < temporary->changes->len; i++)
    {
      const TemporaryChange *change = temporary->changes->pdata[i];

      next_ms = MIN (next_ms, temporary_clock_next_ms (&change->span, temporary->clock ()));
    }
  return temporary->changes->len > 0 ? (int) next_ms : -1;
}

/* --- for people --- */

static GVariant *
names_of (const TemporaryChange *change)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < change->edits->len; i++)
    g_variant_builder_add (&builder, "s", ((const TemporaryEdit *) change->edits->pdata[i])->name);
  return g_variant_builder_end (&builder);
}

static GVariant *
change_to_variant (const Temporary *temporary, guint index, GVariant *values)
{
  const TemporaryChange *change = temporary->changes->pdata[index];
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;
  GVariantDict row;

  temporary_changes_describe (temporary->changes, index, values, &before, &after);
  g_variant_dict_init (&row, NULL);
  g_variant_dict_insert (&row, "id", "t", change->id);
  g_variant_dict_insert (&row, "revision", "t", change->id);
  g_variant_dict_insert (&row, "who", "s", change->who);
  g_variant_dict_insert (&row, "made", "x", change->span.made_s);
  g_variant_dict_insert (&row, "end", "x", change->span.end_s);
  g_variant_dict_insert_value (&row, "names", names_of (change));
  g_variant_dict_insert_value (&row, "before", before);
  g_variant_dict_insert_value (&row, "changes", after);
  return g_variant_dict_end (&row);
}

GVariant *
temporary_to_variant (Temporary *temporary)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  custody_look (temporary->custody);
  g_autoptr (GVariant) values
      = g_variant_ref_sink (settings_to_variant (custody_settings (temporary->custody)));
  for (guint i = 0; i < temporary->changes->len; i++)
    g_variant_builder_add_value (&builder, change_to_variant (temporary, i, values));
  return g_variant_builder_end (&builder);
}
