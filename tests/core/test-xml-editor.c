/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/xml-editor.h"
#include "core/settings/xml-text.h"

/* The first element of that name, or NULL. */
static xmlNode *
find (xmlDoc *document, const char *name)
{
  const xmlNode *root = xmlDocGetRootElement (document);

  for (const xmlNode *node = root; name != NULL && node != NULL; node = xml_text_next (node, root))
    if (node->type == XML_ELEMENT_NODE && g_str_equal (node->name, name))
      return (xmlNode *) node;
  return NULL;
}

static void
assert_text (xmlDoc *document, const char *expected)
{
  gsize length;
  g_autofree char *text = xml_text_write (document, &length);
  const char *body = strchr (text, '\n') + 1;
  g_autofree char *ended = g_strconcat (expected, "\n", NULL);

  g_assert_cmpstr (body, ==, ended);
}

static const struct
{
  const char *before;
  const char *text;
  const char *behind;
} set_text_cases[] = {
  { "<a><x>1</x></a>", "2", "<a><x>2</x></a>" },
  { "<a><x/></a>", "2", "<a><x>2</x></a>" },
  { "<a><x>\n  1\n</x></a>", "2", "<a><x>\n  2\n</x></a>" },
  { "<a><x><!-- c -->1</x></a>", "2", "<a><x><!-- c -->2</x></a>" },
  { "<a><x>1<!-- c --></x></a>", "2", "<a><x>2<!-- c --></x></a>" },
  { "<a><x>1<!-- c -->2</x></a>", "3", "<a><x><!-- c -->3</x></a>" },
  { "<a><x><![CDATA[1]]></x></a>", "2", "<a><x>2</x></a>" },
  { "<a><x>1</x></a>", "a < b & c", "<a><x>a &lt; b &amp; c</x></a>" },
  { "<a><x>1</x></a>", "", "<a><x/></a>" },
  { "<a><x>  </x></a>", "2", "<a><x>2</x></a>" },
};

static void
test_set_text (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (set_text_cases); i++)
    {
      const char *before = set_text_cases[i].before;
      g_autoptr (xmlDoc) document = xml_text_parse (before, strlen (before), NULL);

      g_test_message ("%s", before);
      xml_editor_set_text (find (document, "x"), set_text_cases[i].text);
      assert_text (document, set_text_cases[i].behind);
    }
}

static const struct
{
  const char *before;
  const char *after; /* the element to put it behind; NULL: first */
  const char *behind;
} insert_cases[] = {
  { "<a><p/></a>", NULL, "<a><p><n>1</n></p></a>" },
  { "<p/>", NULL, "<p>\n  <n>1</n>\n</p>" },
  { "<p>\n</p>", NULL, "<p>\n  <n>1</n>\n</p>" },
  { "<a>\n\t<p/>\n</a>", NULL, "<a>\n\t<p>\n\t\t<n>1</n>\n\t</p>\n</a>" },
  { "<a>\n    <p>\n    </p>\n</a>", NULL, "<a>\n    <p>\n        <n>1</n>\n    </p>\n</a>" },
  { "<a>\n <p>\n  <!-- c -->\n </p>\n</a>", NULL,
    "<a>\n <p>\n  <!-- c -->\n  <n>1</n>\n </p>\n</a>" },
  { "<p>\n   <x/>\n</p>", NULL, "<p>\n   <n>1</n>\n   <x/>\n</p>" },
  { "<p>\n   <x/>\n</p>", "x", "<p>\n   <x/>\n   <n>1</n>\n</p>" },
  { "<p>\n   <x/> <!-- c -->\n   <y/>\n</p>", "x",
    "<p>\n   <x/> <!-- c -->\n   <n>1</n>\n   <y/>\n</p>" },
  { "<p>\n   <x/>\n   <!-- of y -->\n   <y/>\n</p>", "x",
    "<p>\n   <x/>\n   <n>1</n>\n   <!-- of y -->\n   <y/>\n</p>" },
  { "<p>\n   <x/>\n\n   <y/>\n</p>", "x", "<p>\n   <x/>\n   <n>1</n>\n\n   <y/>\n</p>" },
  { "<p> <!-- c -->\n   <x/>\n</p>", NULL, "<p> <!-- c -->\n   <n>1</n>\n   <x/>\n</p>" },
  { "<p><x/><y/></p>", "x", "<p><x/><n>1</n><y/></p>" },
  { "<p><x/><y/></p>", NULL, "<p><n>1</n><x/><y/></p>" },
};

static void
test_insert (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (insert_cases); i++)
    {
      const char *before = insert_cases[i].before;
      g_autoptr (xmlDoc) document = xml_text_parse (before, strlen (before), NULL);
      const xmlNode *new_one;

      g_test_message ("%s", before);
      new_one = xml_editor_insert (find (document, "p"), find (document, insert_cases[i].after),
                                   "n", "1");
      g_assert_true (new_one == find (document, "n"));
      assert_text (document, insert_cases[i].behind);
    }
}

static void
test_insert_takes_the_namespace (void)
{
  static const char text[] = "<q:p xmlns:q=\"urn:q\"/>";
  g_autoptr (xmlDoc) document = xml_text_parse (text, strlen (text), NULL);

  g_assert_nonnull (xml_editor_insert (find (document, "p"), NULL, "n", NULL));
  assert_text (document, "<q:p xmlns:q=\"urn:q\">\n  <q:n/>\n</q:p>");
}

static const struct
{
  const char *before;
  const char *behind;
} remove_cases[] = {
  { "<p>\n  <x/>\n</p>", "<p/>" },
  { "<p><x/></p>", "<p/>" },
  { "<p>\n  <x/>\n  <y/>\n</p>", "<p>\n  <y/>\n</p>" },
  { "<p>\n  <y/>\n  <x/>\n</p>", "<p>\n  <y/>\n</p>" },
  { "<p>\n  <y/>\n  <x>1</x> <!-- of x -->\n  <z/>\n</p>", "<p>\n  <y/>\n  <z/>\n</p>" },
  { "<p>\n  <y/>\n  <x>1</x> <!-- a --> <!-- b --></p>", "<p>\n  <y/></p>" },
  { "<p>\n  <!-- c -->\n  <x/>\n</p>", "<p>\n  <!-- c -->\n</p>" },
  { "<p>\n  <y/>\n\n  <x/>\n  <z/>\n</p>", "<p>\n  <y/>\n\n  <z/>\n</p>" },
  { "<p><y/><x/><z/></p>", "<p><y/><z/></p>" },
  { "<p>\n  <x/> <z/>\n</p>", "<p>\n  <z/>\n</p>" },
  { "<p><x/><!-- c --><z/></p>", "<p><!-- c --><z/></p>" },
};

static void
test_remove (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (remove_cases); i++)
    {
      const char *before = remove_cases[i].before;
      g_autoptr (xmlDoc) document = xml_text_parse (before, strlen (before), NULL);

      g_test_message ("%s", before);
      xml_editor_remove (find (document, "x"));
      assert_text (document, remove_cases[i].behind);
    }
}

static void
test_can_hold (void)
{
  g_assert_true (xml_editor_can_hold (""));
  g_assert_true (xml_editor_can_hold ("gr\xc3\xbc\xc3\x9f\t\n\xf0\x9f\x93\xab"));
  g_assert_false (xml_editor_can_hold ("a\x01"));
  g_assert_false (xml_editor_can_hold ("a\x1b[31m"));
  g_assert_false (xml_editor_can_hold ("\xef\xbf\xbe"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xml-editor/set-text", test_set_text);
  g_test_add_func ("/xml-editor/insert", test_insert);
  g_test_add_func ("/xml-editor/insert-takes-the-namespace", test_insert_takes_the_namespace);
  g_test_add_func ("/xml-editor/remove", test_remove);
  g_test_add_func ("/xml-editor/can-hold", test_can_hold);
  return g_test_run ();
}
