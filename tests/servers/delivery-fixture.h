/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-dns.h"
#include "fake-host.h"
#include "servers/delivery/delivery.h"

/** The delivery as a whole: a queue, mailboxes, another host and a DNS server, all on loopback. */
typedef struct
{
  char *folder; /* (owned) */
  Queue *queue;
  Settings *settings; /* to be changed only before a delivery, or another apply */
  FakeHost *host;
  FakeDns *dns;
  Delivery *delivery;
} DeliveryFixture;

/** The local domain is home.example, with the user joe; the mail router is the other host. */
void delivery_fixture_set_up (DeliveryFixture *fixture, gconstpointer data);
void delivery_fixture_tear_down (DeliveryFixture *fixture, gconstpointer data);

/** @router: %NULL for the other host */
void delivery_fixture_set_router (DeliveryFixture *fixture, const char *router);

/** Starts the delivery, by the settings. */
void delivery_fixture_start (DeliveryFixture *fixture);

/** Adds a message, and waits until it is in the queue. @recipients: separated by blanks. Returns its
 * id */
guint64 delivery_fixture_add_content (DeliveryFixture *fixture,
                                      const char *sender,
                                      const char *recipients,
                                      const char *content);
/** @envelope: (transfer full): with all but the recipients */
guint64 delivery_fixture_add_envelope (DeliveryFixture *fixture,
                                       Envelope *envelope,
                                       const char *recipients,
                                       const char *content);
guint64 delivery_fixture_add (DeliveryFixture *fixture, const char *sender, const char *recipients);

typedef gboolean (*DeliveryFixtureCondition) (DeliveryFixture *fixture, guint64 id);
gboolean delivery_fixture_is_empty (DeliveryFixture *fixture, guint64 id);
gboolean delivery_fixture_was_attempted (DeliveryFixture *fixture, guint64 id);

/** Waits for it. Looks again each time that the queue was written to. */
void
delivery_fixture_until (DeliveryFixture *fixture, DeliveryFixtureCondition condition, guint64 id);

/** Has the message tried again at once. */
void delivery_fixture_hasten (DeliveryFixture *fixture, guint64 id);

/** Returns: (transfer full) (element-type utf8): the mails in joe's mailbox */
GPtrArray *delivery_fixture_read_mailbox (DeliveryFixture *fixture);

void delivery_fixture_assert_contains (const char *text, const char *part);
