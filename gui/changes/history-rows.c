/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/history-rows.h"

#include <glib/gi18n.h>

#include "gui/changes/change-time.h"
#include "gui/changes/change-words.h"

static guint64
number_at (GtkTreeModel *model, GtkTreeIter *iter)
{
  guint64 number;

  gtk_tree_model_get (model, iter, HISTORY_ROWS_NUMBER, &number, -1);
  return number;
}

HistorySelection
history_rows_get_selection (GtkTreeSelection *selection)
{
  HistorySelection selected = { 0 };
  GtkTreeModel *model = gtk_tree_view_get_model (gtk_tree_selection_get_tree_view (selection));
  GtkTreeIter iter;

  for (gboolean more = gtk_tree_model_get_iter_first (model, &iter); more;
       more = gtk_tree_model_iter_next (model, &iter))
    {
      guint64 number = number_at (model, &iter);

      if (gtk_tree_selection_iter_is_selected (selection, &iter))
        {
          selected.newer = selected.count == 0 ? number : selected.newer;
          selected.older = number;
          selected.before = 0;
          selected.count++;
        }
      else if (selected.count > 0 && selected.before == 0)
        selected.before = number;
    }
  return selected;
}

/* The authority adds in English how a person saved, and names itself and the editor of a file. */
static char *
who_words (const char *who)
{
  static const struct
  {
    const char *suffix;
    const char *words;
  } kinds[] = {
    /* Translators: who saved it */
    { " (temporary)", N_ ("%s, for a while") },
    { " (taken back)", N_ ("%s, taken back") },
    { "", "%s" },
  };
  gsize kind = 0;

  while (!g_str_has_suffix (who, kinds[kind].suffix))
    kind++;
  g_autofree char *person = g_strndup (who, strlen (who) - strlen (kinds[kind].suffix));
  const char *shown = person;
  if (g_str_equal (person, "by hand"))
    shown = _ ("by hand, in the file");
  else if (g_str_equal (person, "posternd"))
    shown = _ ("the system itself");
  g_autoptr (GString) words = g_string_new (_ (kinds[kind].words));
  g_string_replace (words, "%s", shown, 1);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
add_row (GtkListStore *store, guint64 number, gint64 time_s, const char *who, GVariant *names)
{
  g_autofree const char **list = g_variant_get_strv (names, NULL);
  g_autofree char *time = change_time_stamp (time_s);
  g_autofree char *person = who_words (who);
  g_autofree char *what = change_words_names (list);

  gtk_list_store_insert_with_values (store, NULL, -1, HISTORY_ROWS_NUMBER, number,
                                     HISTORY_ROWS_TIME, time, HISTORY_ROWS_WHO, person,
                                     HISTORY_ROWS_WHAT, what, -1);
}

static void
select_rows (GtkListStore *store, GtkTreeSelection *selection, guint64 newer, guint64 older)
{
  GtkTreeModel *model = GTK_TREE_MODEL (store);
  GtkTreeIter iter;

  for (gboolean more = gtk_tree_model_get_iter_first (model, &iter); more;
       more = gtk_tree_model_iter_next (model, &iter))
    if (number_at (model, &iter) == newer || number_at (model, &iter) == older)
      gtk_tree_selection_select_iter (selection, &iter);
  if (gtk_tree_selection_count_selected_rows (selection) == 0
      && gtk_tree_model_get_iter_first (model, &iter))
    gtk_tree_selection_select_iter (selection, &iter);
}

void
history_rows_fill (GtkListStore *store, GtkTreeSelection *selection, GVariant *revisions)
{
  HistorySelection selected = history_rows_get_selection (selection);
  GVariantIter iter;
  guint64 number;
  gint64 time_s;
  const char *who;
  GVariant *names;

  gtk_list_store_clear (store);
  g_variant_iter_init (&iter, revisions);
  while (g_variant_iter_loop (&iter, "(tx&s@as)", &number, &time_s, &who, &names))
    add_row (store, number, time_s, who, names);
  select_rows (store, selection, selected.newer, selected.older);
}
