/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/setting.h"
#include "core/settings/setting-value.h"

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const Setting *first = a, *second = b;

  return (first->offset > second->offset) - (first->offset < second->offset);
}

/* Every byte of the struct is a member that a row knows, the revision, or the gap before a member
 * that has to be aligned. */
static void
test_covers_the_struct (void)
{
  gsize length;
  const Setting *table = setting_table (&length);
  g_autofree Setting *sorted = g_memdup2 (table, length * sizeof *table);
  gsize end = G_STRUCT_OFFSET (Settings, revision) + sizeof (((Settings *) 0)->revision);

  qsort (sorted, length, sizeof *sorted, compare_offsets);
  for (gsize i = 0; i < length; i++)
    {
      g_test_message ("%s", sorted[i].name);
      g_assert_cmpuint (sorted[i].offset, >=, end);
      g_assert_cmpuint (sorted[i].offset - end, <, sizeof (gpointer));
      end = sorted[i].offset + sorted[i].size;
    }
  g_assert_cmpuint (sizeof (Settings) - end, <, sizeof (gpointer));
}

static void
test_lookup (void)
{
  g_autoptr (Settings) settings = settings_new_default ();
  const Setting *minutes = setting_lookup ("smtp.relay.pop-client-minutes");

  g_assert_true (setting_member (minutes, settings) == &settings->smtp.relay.pop_client_minutes);
  g_assert_null (setting_lookup ("smtp.relay"));
  g_assert_null (setting_lookup (""));
}

static void
test_clear (void)
{
  g_autoptr (Settings) settings = settings_new_default ();
  gsize length;
  const Setting *table = setting_table (&length);

  for (gsize i = 0; i < length; i++)
    setting_clear (&table[i], settings);
  g_assert_null (settings->general.host_name);
  g_assert_cmpuint (settings->smtp.relay.pop_client_minutes, ==, 0);
}

static void
set_rows (const char *name, Settings *settings, const char *first, const char *second)
{
  const Setting *setting = setting_lookup (name);
  const char *const texts[] = { first, second };
  ListRow rows[2];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (setting_value_read_row (setting, texts[i], &rows[i]));
  setting_value_set_rows (setting, rows, G_N_ELEMENTS (rows), settings);
}

static void
test_equal (void)
{
  g_autoptr (Settings) a = settings_new_default ();
  g_autoptr (Settings) b = settings_new_default ();
  const Setting *addresses = setting_lookup ("smtp.relay.addresses");
  const Setting *domains = setting_lookup ("general.near-domains");
  const Setting *host_name = setting_lookup ("general.host-name");
  gsize length;
  const Setting *table = setting_table (&length);

  for (gsize i = 0; i < length; i++)
    g_assert_true (setting_equal (&table[i], a, b));

  set_rows ("smtp.relay.addresses", a, "10.0.0.0/8", "192.0.2.7");
  g_assert_false (setting_equal (addresses, a, b));
  set_rows ("smtp.relay.addresses", b, "192.0.2.7", "10.1.1.1/8");
  g_assert_true (setting_equal (addresses, a, b));
  set_rows ("smtp.relay.addresses", b, "192.0.2.8", "10.1.1.1/8");
  g_assert_false (setting_equal (addresses, a, b));

  set_rows ("general.near-domains", a, "a.example", "b.example");
  set_rows ("general.near-domains", b, "B.example", "a.example");
  g_assert_true (setting_equal (domains, a, b));

  g_assert_null (setting_value_read (host_name, "mail.example", a));
  g_assert_false (setting_equal (host_name, a, b));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/setting/covers-the-struct", test_covers_the_struct);
  g_test_add_func ("/setting/lookup", test_lookup);
  g_test_add_func ("/setting/clear", test_clear);
  g_test_add_func ("/setting/equal", test_equal);
  return g_test_run ();
}
