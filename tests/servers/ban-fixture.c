/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/ban-fixture.h"

#include "tests/core/temporary-folder.h"

const BanLimits ban_fixture_limits = { .failures = 3, .minutes = 10 };

void
ban_fixture_set_up (BanFixture *fixture, gconstpointer unused)
{
  fixture->top = temporary_folder_new ();
  fixture->folder = g_build_filename (fixture->top, "bans", NULL);
  fixture->now
      = (Moment){ .boot_time_ns = 1000 * BAN_FIXTURE_NS, .wall_time = BAN_FIXTURE_WALL_TIME };
  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
}

void
ban_fixture_tear_down (BanFixture *fixture, gconstpointer unused)
{
  temporary_folder_remove (fixture->top);
  g_cond_clear (&fixture->changed);
  g_mutex_clear (&fixture->lock);
  g_free (fixture->folder);
  g_free (fixture->top);
}

static void
tell_time (Moment *now, gpointer data)
{
  BanFixture *fixture = data;

  *now = fixture->now;
}

void
ban_fixture_advance (BanFixture *fixture, gint64 seconds)
{
  fixture->now.boot_time_ns += seconds * BAN_FIXTURE_NS;
  fixture->now.wall_time += seconds;
}

BanTable *
ban_fixture_open (BanFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  BanTable *table = ban_table_open (fixture->folder, &error);

  g_assert_no_error (error);
  ban_table_set_clock (table, tell_time, fixture);
  return table;
}

IpAddress
ban_fixture_ip (const char *text)
{
  IpAddress address;

  g_assert_true (ip_address_parse (text, &address));
  return address;
}

void
ban_fixture_on_noted (gpointer data, const Ban *ban)
{
  BanFixture *fixture = data;

  g_mutex_lock (&fixture->lock);
  fixture->noted++;
  if (ban != NULL)
    {
      fixture->bans++;
      fixture->last_ban = *ban;
    }
  g_cond_signal (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

void
ban_fixture_wait_for_noted (BanFixture *fixture, guint noted)
{
  g_mutex_lock (&fixture->lock);
  while (fixture->noted < noted)
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_mutex_unlock (&fixture->lock);
}

gboolean
ban_fixture_fail (BanFixture *fixture, BanTable *table, const char *address_text)
{
  IpAddress address = ban_fixture_ip (address_text);
  guint noted = fixture->noted, bans = fixture->bans;

  ban_table_failed (table, &address, "joe", &ban_fixture_limits, ban_fixture_on_noted, fixture);
  ban_fixture_wait_for_noted (fixture, noted + 1);
  return fixture->bans > bans;
}

void
ban_fixture_ban (BanFixture *fixture, BanTable *table, const char *address)
{
  g_assert_false (ban_fixture_fail (fixture, table, address));
  g_assert_false (ban_fixture_fail (fixture, table, address));
  g_assert_true (ban_fixture_fail (fixture, table, address));
}

gboolean
ban_fixture_is_banned (BanTable *table, const char *address_text)
{
  IpAddress address = ban_fixture_ip (address_text);
  Ban ban;

  return ban_table_look_up (table, &address, &ban);
}

guint
ban_fixture_failures_of (BanTable *table, const char *address_text)
{
  IpAddress address = ban_fixture_ip (address_text);
  Ban ban;

  (void) ban_table_look_up (table, &address, &ban);
  return ban.failures;
}
