/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary-change.h"

#include <stdlib.h>

/*
 * A story: steps on one value "v", which begins as "a", and one list "l", which begins as "1 2".
 * "T v=b" and "T l=1 3" make temporary changes 1, 2..., "P v=c" a permanent one, "E 1" ends one.
 * Each step may go on behind a comma: "T v=b, l=3". At the end stands what is in force.
 */
static const struct
{
  const char *steps[8];
  const char *v, *l;
} stories[] = {
  { { "T v=b", "E 1" }, "a", "1 2" },
  { { "T l=1 3", "E 1" }, "a", "1 2" },
  { { "T v=b, l=3", "E 1" }, "a", "1 2" },
  { { "T v=b" }, "b", "1 2" },
  /* Changed for good meanwhile. */
  { { "T v=b", "P v=c", "E 1" }, "c", "1 2" },
  { { "T v=b", "P v=a", "E 1" }, "a", "1 2" },
  { { "T l=1 2 3", "P l=1 2 3 4", "E 1" }, "a", "1 2 4" },
  { { "T l=1 2 3", "P l=1 2", "E 1" }, "a", "1 2" },
  { { "T l=1", "P l=1 5", "E 1" }, "a", "1 2 5" },
  { { "T l=1", "P l=2", "E 1" }, "a", "2" },
  /* Over each other, values. */
  { { "T v=b", "T v=c", "E 2", "E 1" }, "a", "1 2" },
  { { "T v=b", "T v=c", "E 2" }, "b", "1 2" },
  { { "T v=b", "T v=c", "E 1" }, "c", "1 2" },
  { { "T v=b", "T v=c", "E 1", "E 2" }, "a", "1 2" },
  { { "T v=b", "T v=c", "T v=d", "E 2", "E 1", "E 3" }, "a", "1 2" },
  { { "T v=b", "T v=c", "T v=d", "E 1", "E 3" }, "c", "1 2" },
  { { "T v=b", "T v=c", "T v=d", "E 1", "E 3", "E 2" }, "a", "1 2" },
  { { "T v=b", "P v=c", "T v=d", "E 1", "E 3" }, "c", "1 2" },
  { { "T v=b", "P v=c", "T v=d", "E 3", "E 1" }, "c", "1 2" },
  { { "T v=b", "T v=a", "E 1" }, "a", "1 2" },
  { { "T v=b", "T v=a", "E 1", "E 2" }, "a", "1 2" },
  { { "T v=b", "T v=c", "P v=d", "E 1", "E 2" }, "d", "1 2" },
  /* Over each other, lists. */
  { { "T l=1 2 3", "T l=1 2 3 4", "E 1", "E 2" }, "a", "1 2" },
  { { "T l=1 2 3", "T l=1 2 3 4", "E 1" }, "a", "1 2 4" },
  { { "T l=1 2 3", "T l=1 2", "E 1" }, "a", "1 2" },
  { { "T l=1 2 3", "T l=1 2", "E 1", "E 2" }, "a", "1 2" },
  { { "T l=1 2 3", "T l=1 2", "E 2" }, "a", "1 2 3" },
  { { "T l=1 2 3", "T l=1 2", "E 2", "E 1" }, "a", "1 2" },
  { { "T l=1", "T l=1 2", "E 1" }, "a", "1 2" },
  { { "T l=1", "T l=1 2", "E 1", "E 2" }, "a", "1 2" },
  { { "T l=1", "T l=1 2", "E 2" }, "a", "1" },
  { { "T l=1 2 3", "P l=1 2", "T l=1 2 3", "E 1" }, "a", "1 2 3" },
  { { "T l=1 2 3", "P l=1 2", "T l=1 2 3", "E 1", "E 3" }, "a", "1 2" },
  { { "T l=1 2 3", "T l=1 2", "T l=1 2 3", "E 1" }, "a", "1 2 3" },
  { { "T l=1 2 3", "T l=1 2", "T l=1 2 3", "E 1", "E 2" }, "a", "1 2 3" },
  { { "T l=1 2 3", "T l=1 2", "T l=1 2 3", "E 1", "E 2", "E 3" }, "a", "1 2" },
  { { "T l=1 2 3", "T l=1 2", "T l=1 2 3", "E 3", "E 1", "E 2" }, "a", "1 2" },
};

typedef struct
{
  GPtrArray *changes;
  GVariant *values;
  guint64 steps;
} Story;

static GVariant *
value_of (const char *name, const char *text)
{
  g_auto (GStrv) rows = g_strsplit (text, " ", -1);

  return g_str_equal (name, "v") ? g_variant_new_string (text)
                                 : g_variant_new_strv ((const char *const *) rows, -1);
}

static void
put (Story *story, GVariant *values)
{
  GVariantDict dict;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_dict_init (&dict, story->values);
  g_variant_iter_init (&iter, values);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    g_variant_dict_insert_value (&dict, name, value);
  g_variant_unref (story->values);
  story->values = g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* Returns: (transfer full): an a{sv} of "v=b, l=3" */
static GVariant *
parse_values (const char *text)
{
  GVariantDict dict;
  g_auto (GStrv) parts = g_strsplit (text, ", ", -1);

  g_variant_dict_init (&dict, NULL);
  for (char **part = parts; *part != NULL; part++)
    {
      g_auto (GStrv) pair = g_strsplit (*part, "=", 2);

      g_variant_dict_insert_value (&dict, pair[0], value_of (pair[0], pair[1]));
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
make (Story *story, GVariant *values)
{
  GVariantBuilder differences = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(svv)"));
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, values);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) former = g_variant_lookup_value (story->values, name, NULL);

      g_variant_builder_add (&differences, "(svv)", name, former, value);
    }
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_builder_end (&differences));
  g_ptr_array_add (story->changes,
                   temporary_change_new (story->steps, "anna", (TemporarySpan){ 1, 2, 3 }, all));
}

/* Through the disk's form, each time: what is inherited is kept, too. */
static void
write_and_read (Story *story)
{
  g_autoptr (GVariant) written = g_variant_ref_sink (temporary_changes_to_variant (story->changes));
  g_autofree char *text = g_variant_print (written, TRUE);
  g_autoptr (GVariant) read
      = g_variant_parse (G_VARIANT_TYPE (TEMPORARY_CHANGES_TYPE), text, NULL, NULL, NULL);

  g_assert_nonnull (read);
  g_ptr_array_unref (story->changes);
  story->changes = temporary_changes_from_variant (read);
}

static void
end (Story *story, guint64 id)
{
  guint index = 0;

  while (((TemporaryChange *) story->changes->pdata[index])->id != id)
    index++;
  g_autoptr (GVariant) undone = temporary_changes_undo (story->changes, index, story->values);
  temporary_changes_remove (story->changes, index);
  put (story, undone);
}

static void
step (Story *story, const char *text)
{
  story->steps++;
  if (text[0] == 'E')
    {
      end (story, g_ascii_strtoull (text + 2, NULL, 10));
      return;
    }
  g_autoptr (GVariant) values = parse_values (text + 2);
  if (text[0] == 'T')
    make (story, values);
  put (story, values);
}

static int
compare_texts (const void *a, const void *b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static void
assert_story (guint i)
{
  Story story = { .changes = temporary_changes_new (), .values = parse_values ("v=a, l=1 2") };
  g_autofree char *v = NULL;
  g_autofree char *l = NULL;
  g_autofree const char **rows = NULL;

  for (const char *const *each = stories[i].steps; *each != NULL; each++)
    {
      step (&story, *each);
      write_and_read (&story);
    }
  g_variant_lookup (story.values, "v", "s", &v);
  g_variant_lookup (story.values, "l", "^a&s", &rows);
  qsort (rows, g_strv_length ((char **) rows), sizeof *rows, compare_texts);
  l = g_strjoinv (" ", (char **) rows);
  g_assert_cmpstr (v, ==, stories[i].v);
  g_assert_cmpstr (l, ==, stories[i].l);
  g_variant_unref (story.values);
  g_ptr_array_unref (story.changes);
}

static void
test_stories (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      g_autofree char *steps = g_strjoinv ("; ", (char **) stories[i].steps);

      g_test_message ("%s", steps);
      assert_story (i);
    }
}

static void
test_describe (void)
{
  Story story = { .changes = temporary_changes_new (), .values = parse_values ("v=a, l=1 2") };
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;

  step (&story, "T v=b, l=1 3");
  step (&story, "P l=1 3 4");
  temporary_changes_describe (story.changes, 0, story.values, &before, &after);
  g_autoptr (GVariant) expected_before = parse_values ("v=a, l=1 4 2");
  g_autoptr (GVariant) expected_after = parse_values ("v=b, l=1 4 3");
  g_autofree char *text = g_variant_print (before, FALSE);
  g_test_message ("%s", text);
  g_assert_true (g_variant_equal (before, expected_before));
  g_assert_true (g_variant_equal (after, expected_after));
  g_variant_unref (story.values);
  g_ptr_array_unref (story.changes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/temporary-change/stories", test_stories);
  g_test_add_func ("/temporary-change/describe", test_describe);
  return g_test_run ();
}
