/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/schema-validator.h"
#include "core/settings/xml-text.h"

#define BEGIN "<server-properties xmlns='urn:postern:server-properties' version='2'>"
#define END "</server-properties>"

static void
note (const xmlNode *element, const char *message, gpointer user_data)
{
  g_assert_cmpstr (message, !=, "");
  g_string_append_printf (user_data, "%s ", element->name);
}

static const struct
{
  const char *text;
  const char *refused; /* the elements, in order */
} cases[] = {
  { BEGIN END, "" },
  { BEGIN "<smtp><relay><allow>all</allow></relay><listeners/></smtp><general/>" END, "" },
  { BEGIN "<smtp><relay><pop-client/></relay></smtp>" END, "" },
  { "<server-properties xmlns='urn:postern:server-properties'/>", "server-properties " },
  { "<server-properties xmlns='urn:postern:server-properties' version='1'/>",
    "server-properties " },
  { BEGIN "<general><host-name>a b</host-name></general>" END, "host-name " },
  { BEGIN "<smpt/>" END, "smpt " },
};

static void
test_each (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (xmlDoc) document = xml_text_parse (cases[i].text, strlen (cases[i].text), NULL);
      g_autoptr (GString) refused = g_string_new (NULL);

      g_test_message ("%s", cases[i].text);
      schema_validator_check (document, note, refused);
      g_assert_cmpstr (refused->str, ==, cases[i].refused);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema-validator/each", test_each);
  return g_test_run ();
}
