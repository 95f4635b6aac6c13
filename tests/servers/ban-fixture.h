/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/ban-table.h"

/**
 * SECTION: ban-fixture
 *
 * For tests of the ban table: a folder, a clock that stands still, and waiting for what was noted.
 */
typedef struct
{
  char *top;    /* (owned) */
  char *folder; /* (owned) below it, not yet there */
  Moment now;
  GMutex lock;
  GCond changed;
  guint noted;
  guint bans;
  Ban last_ban;
} BanFixture;

#define BAN_FIXTURE_NS G_GINT64_CONSTANT (1000000000)
#define BAN_FIXTURE_WALL_TIME G_GINT64_CONSTANT (1700000000)

/** Three failures, ten minutes. */
extern const BanLimits ban_fixture_limits;

void ban_fixture_set_up (BanFixture *fixture, gconstpointer unused);
void ban_fixture_tear_down (BanFixture *fixture, gconstpointer unused);

void ban_fixture_advance (BanFixture *fixture, gint64 seconds);

BanTable *ban_fixture_open (BanFixture *fixture);

IpAddress ban_fixture_ip (const char *text);

/** A BanNoted that counts in the fixture, and the wait for so many. */
void ban_fixture_on_noted (gpointer data, const Ban *ban);
void ban_fixture_wait_for_noted (BanFixture *fixture, guint noted);

/** A failure, waited for. Returns whether it began a ban. */
gboolean ban_fixture_fail (BanFixture *fixture, BanTable *table, const char *address_text);

/** Three failures, of which the third must begin a ban. */
void ban_fixture_ban (BanFixture *fixture, BanTable *table, const char *address);

gboolean ban_fixture_is_banned (BanTable *table, const char *address_text);
guint ban_fixture_failures_of (BanTable *table, const char *address_text);
