/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include <ares.h>

#include "servers/dns/dns-answer.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whatever comes, it is read within bounds, and the text can go into a reply. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) exchangers = dns_answer_exchangers_new ();
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (IpAddress));
  g_autofree char *text = dns_answer_read_text (data, size);
  guint seconds = 0;

  if (dns_answer_read_exchangers (data, size, exchangers) == ARES_SUCCESS)
    g_assert_cmpuint (exchangers->len, >, 0);
  for (guint i = 1; i < exchangers->len; i++)
    g_assert_cmpuint (((const DnsExchanger *) exchangers->pdata[i - 1])->preference, <=,
                      ((const DnsExchanger *) exchangers->pdata[i])->preference);
  if (dns_answer_read_ipv4 (data, size, addresses, &seconds) == ARES_SUCCESS)
    g_assert_cmpuint (addresses->len, >, 0);
  if (text != NULL)
    g_assert_cmpuint (strlen (text), <=, DNS_TEXT_MAX);
  for (const char *c = text; c != NULL && *c != '\0'; c++)
    g_assert_true (g_ascii_isprint (*c));
  dns_answer_negative_seconds (data, size);
  return 0;
}
