/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/list-row.h"

static const struct
{
  SettingKind kind;
  const char *text;
  const char *normal; /* NULL: refused */
} cases[] = {
  { SETTING_DOMAINS, "Example.ORG", "example.org" },
  { SETTING_DOMAINS, "*.Example.org", "*.example.org" },
  { SETTING_DOMAINS, "no domain", NULL },
  { SETTING_NETWORKS, "10.1.2.3/8", "10.0.0.0/8" },
  { SETTING_NETWORKS, "10.1.2.3/99", NULL },
  { SETTING_ENDPOINTS, "[::ffff:127.0.0.1]:25", "127.0.0.1:25" },
  { SETTING_ENDPOINTS, "127.0.0.1", NULL },
  { SETTING_ALIASES, "Sales: joe,ann", "sales: joe, ann" },
  { SETTING_ALIASES, "sales", NULL },
  { SETTING_CERTIFICATES, " a.pem  key.pem", "a.pem key.pem" },
  { SETTING_CERTIFICATES, "a b c", NULL },
  { SETTING_FILTERS, "keep  subject *", "keep subject *" },
  { SETTING_FILTERS, "keep *", NULL },
  { SETTING_ROUTES, "Example.org Direct.example:25", "example.org direct.example" },
  { SETTING_ROUTES, "example.org", NULL },
  { SETTING_TLS_RULES, "Example.org must", "example.org must" },
  { SETTING_TLS_RULES, "example.org", NULL },
  { SETTING_HOST_CREDENTIALS, "A.example plain Joe Secret", "a.example plain Joe Secret" },
  { SETTING_HOST_CREDENTIALS, "a.example plain", NULL },
  { SETTING_WINDOWS, "Joe 060", "joe 60" },
  { SETTING_WINDOWS, "joe", NULL },
  { SETTING_BINDINGS, "192.0.2.7  Mail.example.org Example.org",
    "192.0.2.7 mail.example.org example.org" },
  { SETTING_BINDINGS, "192.0.2.7", NULL },
};

/* A new kind is tried, too. */
static void
test_every_kind (void)
{
  for (SettingKind kind = 0; kind < SETTING_KINDS; kind++)
    {
      guint good = 0, bad = 0;

      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        if (cases[i].kind == kind)
          (*(cases[i].normal == NULL ? &bad : &good))++;
      g_assert_cmpint (good > 0 && bad > 0, ==, schema_is_list (kind));
    }
}

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;
      ListRow row;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (list_row_parse (cases[i].kind, cases[i].text, &row), ==,
                       cases[i].normal != NULL);
      if (cases[i].normal == NULL)
        continue;
      text = list_row_to_text (cases[i].kind, &row);
      g_assert_cmpstr (text, ==, cases[i].normal);
      list_row_clear (cases[i].kind, &row);
    }
}

static const struct
{
  SettingKind kind;
  const char *first;
  const char *same;
  const char *other;
} pairs[] = {
  { SETTING_DOMAINS, "example.org", "EXAMPLE.org", "*.example.org" },
  { SETTING_NETWORKS, "10.1.2.3/8", "10.0.0.0/255.0.0.0", "10.0.0.0/9" },
  { SETTING_ENDPOINTS, "127.0.0.1:25", "[::ffff:127.0.0.1]:25", "*:25" },
  { SETTING_ALIASES, "sales: joe, ann", "SALES: joe ann", "sales: ann, joe" },
  { SETTING_ROUTES, "a.example b.example", "A.example B.example:25", "a.example direct" },
};

static void
test_tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      SettingKind kind = pairs[i].kind;
      g_autoptr (GHashTable) table = list_row_table_new (kind);
      ListRow first, same, other;

      g_assert_true (list_row_parse (kind, pairs[i].first, &first));
      g_assert_true (list_row_parse (kind, pairs[i].same, &same));
      g_assert_true (list_row_parse (kind, pairs[i].other, &other));
      g_hash_table_add (table, &first);
      g_assert_true (g_hash_table_contains (table, &same));
      g_assert_false (g_hash_table_contains (table, &other));
      list_row_clear (kind, &first);
      list_row_clear (kind, &same);
      list_row_clear (kind, &other);
    }
}

static void
test_store (void)
{
  NetworkList networks = { 0 };
  DomainList domains = NULL;
  ListRow rows[2] = { 0 };
  ListRow row;

  g_assert_true (list_row_parse (SETTING_NETWORKS, "10.0.0.0/8", &rows[0]));
  g_assert_true (list_row_parse (SETTING_NETWORKS, "192.0.2.7", &rows[1]));
  list_row_store (SETTING_NETWORKS, &networks, rows, 2);
  g_assert_cmpuint (list_row_count (SETTING_NETWORKS, &networks), ==, 2);
  row = list_row_get (SETTING_NETWORKS, &networks, 1);
  g_assert_true (ip_network_equal (&row.network, &rows[1].network));
  network_list_clear (&networks);

  g_assert_true (list_row_parse (SETTING_DOMAINS, "a.example", &rows[0]));
  g_assert_true (list_row_parse (SETTING_DOMAINS, "b.example", &rows[1]));
  list_row_store (SETTING_DOMAINS, &domains, rows, 2);
  g_assert_cmpuint (list_row_count (SETTING_DOMAINS, &domains), ==, 2);
  g_assert_cmpstr (domains[1], ==, "b.example");
  g_assert_null (domains[2]);
  g_strfreev (domains);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/list-row/every-kind", test_every_kind);
  g_test_add_func ("/list-row/texts", test_texts);
  g_test_add_func ("/list-row/tables", test_tables);
  g_test_add_func ("/list-row/store", test_store);
  return g_test_run ();
}
