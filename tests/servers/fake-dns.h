/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * A DNS server on a loopback address, for tests. It knows what it is told; other names do not exist.
 * A name "*.example" stands for all below. Everything may be called from any thread, at any time.
 */
typedef struct _FakeDns FakeDns;

FakeDns *fake_dns_new (void);
void fake_dns_free (FakeDns *dns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeDns, fake_dns_free)

/** "ADDRESS:PORT" */
const char *fake_dns_endpoint (FakeDns *dns);

/** Adds an MX record; @host "" is the null MX. */
void fake_dns_add_mx (FakeDns *dns, const char *name, guint16 preference, const char *host);
void fake_dns_add_a (FakeDns *dns, const char *name, const char *address);

/** Adds a TXT record. @text: its pieces, separated by "|" */
void fake_dns_add_txt (FakeDns *dns, const char *name, const char *text);

/** How long records that are added from now on may be remembered; 60 at first. */
void fake_dns_set_seconds (FakeDns *dns, guint32 seconds);

/** Answers about what does not exist come with an SOA record from now on. */
void fake_dns_set_negative_seconds (FakeDns *dns, guint32 seconds);

/** Questions about @name are answered with SERVFAIL. */
void fake_dns_add_trouble (FakeDns *dns, const char *name);

/** Answers about @name say that they are cut short, and hold nothing; nobody is there on TCP to ask. */
void fake_dns_add_cut (FakeDns *dns, const char *name);

/** Questions about @name are not answered. */
void fake_dns_add_silence (FakeDns *dns, const char *name);

/** Answers about @name wait for fake_dns_release(). */
void fake_dns_add_delay (FakeDns *dns, const char *name);
void fake_dns_release (FakeDns *dns);

/** Before a question about @name is answered, if it is at all, a forger says that its address is
 * @address: from another port, with another id, about another name, and with garbage. */
void fake_dns_add_forger (FakeDns *dns, const char *name, const char *address);

/** How many questions about exactly @name have come so far, those that were asked again included. */
guint fake_dns_count (FakeDns *dns, const char *name);

/** Forgets all records and delays, for other ones. */
void fake_dns_forget (FakeDns *dns);
