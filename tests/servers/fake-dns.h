/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** A DNS server on a loopback address, for the tests of the delivery. It knows what it is told;
 * other names do not exist. */
typedef struct _FakeDns FakeDns;

FakeDns *fake_dns_new (void);
void fake_dns_free (FakeDns *dns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeDns, fake_dns_free)

/** "ADDRESS:PORT" */
const char *fake_dns_endpoint (FakeDns *dns);

/** Adds an MX record; @host "" is the null MX. To be called before anything is asked, as the other
 * ones. */
void fake_dns_add_mx (FakeDns *dns, const char *name, guint16 preference, const char *host);
void fake_dns_add_a (FakeDns *dns, const char *name, const char *address);

/** Questions about @name are answered with SERVFAIL. */
void fake_dns_add_trouble (FakeDns *dns, const char *name);
