/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/settings-error.h"
#include "core/settings/xml-text.h"

static const struct
{
  const char *text;
  const char *message; /* a part of it; NULL: taken */
} cases[] = {
  { "<a/>", NULL },
  { "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>", NULL },
  { "<a>&lt;&#65;</a>", NULL },
  { "", "it is empty" },
  { "   ", "line 1: " },
  { "<a>", "line 1: " },
  { "<a>\n\n<b></a>", "line 3: Opening and ending tag mismatch" },
  { "<a>\xff</a>", "line 1: " },
  { "<a>&b;</a>", "line 1: Entity 'b' not defined" },
  { "<a/><b/>", "line 1: Extra content" },
  { "<!DOCTYPE a><a/>", "line 1: a DOCTYPE is not allowed here" },
  { "<!-- x -->\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\">\n<a/>", "line 2: a DOCTYPE is not" },
  { "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "a DOCTYPE is not allowed here" },
  { "<!DOCTYPE a [<!ENTITY x \"0123456789\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;\">"
    "<!ENTITY z \"&y;&y;&y;&y;&y;&y;\">]><a>&z;&z;</a>",
    "a DOCTYPE is not allowed here" },
  { "<!DOCTYPE", "line 1: " },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (xmlDoc) document = NULL;
      g_autofree char *shown = g_strescape (cases[i].text, NULL);

      g_test_message ("%s", shown);
      document = xml_text_parse (cases[i].text, strlen (cases[i].text), &error);
      g_assert_cmpint (document == NULL, ==, cases[i].message != NULL);
      if (document != NULL)
        continue;
      g_test_message ("%s", error->message);
      g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED);
      g_assert_nonnull (strstr (error->message, cases[i].message));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_nul (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) document = xml_text_parse ("<a/>\0<b/>", 9, &error);

  g_assert_null (document);
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED);
}

static char *
crowded (guint attributes)
{
  GString *text = g_string_new ("<!-- \"'\"'\"' -->\n<a");

  for (guint i = 0; i < attributes; i++)
    g_string_append_printf (text, " b%u='>'", i);
  return g_string_free (g_string_append (text, "/>"), FALSE);
}

static void
test_crowded_tag (void)
{
  g_autofree char *much = crowded (1000);
  g_autofree char *too_much = crowded (1001);
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) document = xml_text_parse (much, strlen (much), NULL);

  g_assert_nonnull (document);
  g_assert_null (xml_text_parse (too_much, strlen (too_much), &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED);
  g_assert_cmpstr (error->message, ==, "line 2: an element has too many attributes");
}

static void
test_write (void)
{
  static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "<!-- gr\xc3\xbc\xc3\x9f dich -->\n"
                             "<a b=\"1\">\n\t<!-- c --><d>x &lt; y</d>\n</a>\n";
  g_autoptr (xmlDoc) document = xml_text_parse (text, strlen (text), NULL);
  g_autofree char *written = NULL;
  gsize length;

  written = xml_text_write (document, &length);
  g_assert_cmpstr (written, ==, text);
  g_assert_cmpuint (length, ==, strlen (text));
}

/* Without a declaration, what is not ASCII stays readable, too. */
static void
test_write_without_declaration (void)
{
  static const char text[] = "<a>\xc3\xbc</a>";
  g_autoptr (xmlDoc) document = xml_text_parse (text, strlen (text), NULL);
  g_autofree char *written = NULL;
  gsize length;

  written = xml_text_write (document, &length);
  g_assert_nonnull (strstr (written, text));
}

/* Some encodings, such as UTF-7, can be read, but what is written in them can't be read again. */
static void
test_write_is_utf8 (void)
{
  static const char text[] = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a>\xfc</a>\n";
  g_autoptr (xmlDoc) document = xml_text_parse (text, strlen (text), NULL);
  g_autofree char *written = NULL;
  gsize length;

  written = xml_text_write (document, &length);
  g_assert_cmpstr (written, ==, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\xc3\xbc</a>\n");
}

static void
test_value (void)
{
  static const struct
  {
    const char *text;
    const char *value;
  } values[] = { { "<a/>", "" },
                 { "<a> \n </a>", "" },
                 { "<a>\n  x\t\n y </a>", "x y" },
                 { "<a>1<!-- c -->2<![CDATA[3]]>&#52;</a>", "1234" } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (xmlDoc) document = xml_text_parse (values[i].text, strlen (values[i].text), NULL);
      g_autofree char *value = xml_text_value (xmlDocGetRootElement (document));

      g_assert_cmpstr (value, ==, values[i].value);
    }
}

#define LINES 100000

/* Lines above 65535 are right, in a copy too. */
static void
test_lines (void)
{
  g_autoptr (GString) text = g_string_new ("<a>");
  g_autoptr (xmlDoc) document = NULL;
  g_autoptr (xmlDoc) copy = NULL;
  const xmlNode *node;
  guint line = 2;

  for (guint i = 0; i < LINES; i++)
    g_string_append (text, "\n<b>c</b>");
  g_string_append (text, "</a>");
  document = xml_text_parse (text->str, text->len, NULL);
  copy = xml_text_copy (document);
  xmlFreeDoc (g_steal_pointer (&document));
  for (node = xmlFirstElementChild (xmlDocGetRootElement (copy)); node != NULL;
       node = xmlNextElementSibling ((xmlNode *) node))
    g_assert_cmpuint (xml_text_line (node), ==, line++);
  g_assert_cmpuint (line, ==, LINES + 2);
}

/* Larger than the limits that libxml2 has for single texts and for what it looks ahead. */
static void
test_large (void)
{
  g_autoptr (GString) text = g_string_new ("<a>");
  g_autoptr (xmlDoc) document = NULL;

  while (text->len < 24 * 1024 * 1024)
    g_string_append (text, "<network>2001:db8:1111:2222:3333:4444:5555:6666/128</network>\n");
  g_string_append (text, "</a>");
  document = xml_text_parse (text->str, text->len, NULL);
  g_assert_nonnull (document);
}

static void
test_next (void)
{
  static const char text[] = "<a><b><c/></b><d/></a>";
  g_autoptr (xmlDoc) document = xml_text_parse (text, strlen (text), NULL);
  const xmlNode *root = xmlDocGetRootElement (document);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) below = g_string_new (NULL);

  for (const xmlNode *node = root; node != NULL; node = xml_text_next (node, root))
    g_string_append (names, (const char *) node->name);
  g_assert_cmpstr (names->str, ==, "abcd");
  for (const xmlNode *node = root->children; node != NULL;
       node = xml_text_next (node, root->children))
    g_string_append (below, (const char *) node->name);
  g_assert_cmpstr (below->str, ==, "bc");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xml-text/parse", test_parse);
  g_test_add_func ("/xml-text/nul", test_nul);
  g_test_add_func ("/xml-text/crowded-tag", test_crowded_tag);
  g_test_add_func ("/xml-text/write", test_write);
  g_test_add_func ("/xml-text/write-without-declaration", test_write_without_declaration);
  g_test_add_func ("/xml-text/write-is-utf8", test_write_is_utf8);
  g_test_add_func ("/xml-text/value", test_value);
  g_test_add_func ("/xml-text/lines", test_lines);
  g_test_add_func ("/xml-text/large", test_large);
  g_test_add_func ("/xml-text/next", test_next);
  return g_test_run ();
}
