/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-row-model.h"

static const char *const rows[]
    = { "10.0.0.2", "example.org", "9.0.0.1", "10.0.0.0/24", "2001:db8::1", "Alpha", NULL };

static PosternRowModel *
filled_model (void)
{
  PosternRowModel *model = postern_row_model_new ();

  postern_row_model_set_rows (model, rows);
  return model;
}

static void
check_shown (PosternRowModel *model, const char *expected)
{
  GString *text = g_string_new (NULL);
  GtkTreeIter iter;

  for (gboolean more = gtk_tree_model_get_iter_first (GTK_TREE_MODEL (model), &iter); more;
       more = gtk_tree_model_iter_next (GTK_TREE_MODEL (model), &iter))
    {
      g_autofree char *row = NULL;

      gtk_tree_model_get (GTK_TREE_MODEL (model), &iter, 0, &row, -1);
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", row);
    }
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
}

static void
check_rows (PosternRowModel *model, const char *expected)
{
  g_auto (GStrv) all = postern_row_model_get_rows (model);
  g_autofree char *joined = g_strjoinv (" ", all);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_filter (void)
{
  g_autoptr (PosternRowModel) model = filled_model ();

  postern_row_model_set_filter (model, "ALPHA");
  check_shown (model, "Alpha");
  postern_row_model_set_filter (model, " 10.0.0.2 ");
  check_shown (model, "10.0.0.2 10.0.0.0/24");
  g_assert_cmpuint (postern_row_model_get_shown (model), ==, 2);
  g_assert_cmpuint (postern_row_model_get_length (model), ==, 6);
  postern_row_model_set_filter (model, "");
  check_shown (model, "10.0.0.2 example.org 9.0.0.1 10.0.0.0/24 2001:db8::1 Alpha");
}

static void
test_sorting_is_of_the_view (void)
{
  g_autoptr (PosternRowModel) model = filled_model ();

  postern_row_model_set_sorted (model, TRUE);
  check_shown (model, "9.0.0.1 10.0.0.0/24 10.0.0.2 2001:db8::1 Alpha example.org");
  postern_row_model_insert (model, "10.0.0.1");
  check_shown (model, "9.0.0.1 10.0.0.0/24 10.0.0.1 10.0.0.2 2001:db8::1 Alpha example.org");
  postern_row_model_replace (model, 2, "192.0.2.1");
  check_shown (model, "10.0.0.0/24 10.0.0.1 10.0.0.2 192.0.2.1 2001:db8::1 Alpha example.org");
  check_rows (model, "10.0.0.2 example.org 192.0.2.1 10.0.0.0/24 2001:db8::1 Alpha 10.0.0.1");
}

static void
on_inserted (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, GString *log)
{
  g_string_append_printf (log, "+%d", gtk_tree_path_get_indices (path)[0]);
}

static void
on_changed (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, GString *log)
{
  g_string_append_printf (log, "*%d", gtk_tree_path_get_indices (path)[0]);
}

static void
on_deleted (GtkTreeModel *model, GtkTreePath *path, GString *log)
{
  g_string_append_printf (log, "-%d", gtk_tree_path_get_indices (path)[0]);
}

static void
test_tells_what_happens (void)
{
  g_autoptr (PosternRowModel) model = filled_model ();
  GString *log = g_string_new (NULL);

  g_signal_connect (model, "row-inserted", G_CALLBACK (on_inserted), log);
  g_signal_connect (model, "row-changed", G_CALLBACK (on_changed), log);
  g_signal_connect (model, "row-deleted", G_CALLBACK (on_deleted), log);
  postern_row_model_set_filter (model, ".0.0.");
  postern_row_model_remove (model, 1); /* which the filter hides */
  g_assert_cmpstr (log->str, ==, "");
  postern_row_model_remove (model, 1);
  postern_row_model_insert (model, "7.0.0.7");
  postern_row_model_replace (model, 0, "10.0.0.3");
  postern_row_model_replace (model, 0, "hidden");
  postern_row_model_replace (model, 0, "10.0.0.4");
  g_assert_cmpstr (log->str, ==, "-1+2*0-0+0");
  check_shown (model, "10.0.0.4 10.0.0.0/24 7.0.0.7");
  g_string_free (log, TRUE);
}

static void
test_removes_many (void)
{
  g_autoptr (PosternRowModel) model = filled_model ();
  const guint indices[] = { 0, 2, 5 };

  postern_row_model_remove_rows (model, indices, G_N_ELEMENTS (indices));
  check_rows (model, "example.org 10.0.0.0/24 2001:db8::1");
  check_shown (model, "example.org 10.0.0.0/24 2001:db8::1");
}

static void
test_finds_what_means_the_same (void)
{
  g_autoptr (PosternRowModel) model = filled_model ();

  g_assert_cmpuint (postern_row_model_find (model, "10.0.0.9/255.255.255.0", G_MAXUINT), ==, 3);
  g_assert_cmpuint (postern_row_model_find (model, "10.0.0.9/255.255.255.0", 3), ==, G_MAXUINT);
  g_assert_cmpuint (postern_row_model_find (model, "EXAMPLE.ORG", G_MAXUINT), ==, 1);
  g_assert_cmpuint (postern_row_model_find (model, "10.0.0.9", G_MAXUINT), ==, G_MAXUINT);
}

static void
test_a_hundred_thousand (void)
{
  g_autoptr (PosternRowModel) model = postern_row_model_new ();
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 100000; i++)
    g_ptr_array_add (many, g_strdup_printf ("10.%u.%u.%u", 255 - (i >> 16), i >> 8 & 255, i & 255));
  g_ptr_array_add (many, NULL);
  postern_row_model_set_rows (model, (const char *const *) many->pdata);
  postern_row_model_set_sorted (model, TRUE);
  postern_row_model_set_filter (model, "10.254.0.0");
  check_shown (model, "10.254.0.0");
  postern_row_model_set_filter (model, "");
  g_assert_cmpuint (postern_row_model_get_shown (model), ==, 100000);
  postern_row_model_set_sorted (model, FALSE);
  g_assert_cmpstr (postern_row_model_get_row (model, 65536), ==, "10.254.0.0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-model/filter", test_filter);
  g_test_add_func ("/row-model/sorting", test_sorting_is_of_the_view);
  g_test_add_func ("/row-model/signals", test_tells_what_happens);
  g_test_add_func ("/row-model/remove", test_removes_many);
  g_test_add_func ("/row-model/find", test_finds_what_means_the_same);
  g_test_add_func ("/row-model/hundred-thousand", test_a_hundred_thousand);
  return g_test_run ();
}
