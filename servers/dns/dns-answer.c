/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/dns/dns-answer.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <string.h>

#define ADDRESSES_MAX 16

#define IS_CUT 0x02 /* in the third byte of an answer */

/* An SOA record ends in five numbers, the last of which is the time for what is not there. */
#define SOA_NUMBERS_LENGTH 20
#define SOA_MINIMUM_LENGTH 4

static void
exchanger_free (DnsExchanger *exchanger)
{
  g_free (exchanger->host);
  g_free (exchanger);
}

GPtrArray *
dns_answer_exchangers_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) exchanger_free);
}

void
dns_answer_add_exchanger (GPtrArray *exchangers, const char *host, guint preference)
{
  DnsExchanger *exchanger = g_new (DnsExchanger, 1);
  *exchanger = (DnsExchanger){ g_strdup (host), preference };
  g_ptr_array_add (exchangers, exchanger);
}

static int
compare_exchangers (gconstpointer a, gconstpointer b)
{
  const DnsExchanger *first = *(const DnsExchanger *const *) a;
  const DnsExchanger *second = *(const DnsExchanger *const *) b;
  return (first->preference > second->preference) - (first->preference < second->preference);
}

/* Equal ones are shuffled, so that they share the load. */
static void
arrange (GPtrArray *exchangers)
{
  for (guint i = exchangers->len; i > 1; i--)
    {
      guint j = (guint) g_random_int_range (0, (gint32) i);
      gpointer other = exchangers->pdata[j];
      exchangers->pdata[j] = exchangers->pdata[i - 1];
      exchangers->pdata[i - 1] = other;
    }
  g_ptr_array_sort (exchangers, compare_exchangers); /* which is stable */
}

int
dns_answer_read_exchangers (const guint8 *bytes, gsize length, GPtrArray *exchangers)
{
  struct ares_mx_reply *records = NULL;
  int result = ares_parse_mx_reply (bytes, (int) length, &records);
  for (const struct ares_mx_reply *at = records; at != NULL; at = at->next)
    dns_answer_add_exchanger (exchangers, strcmp (at->host, ".") != 0 ? at->host : "",
                              at->priority);
  if (records != NULL)
    ares_free_data (records);
  arrange (exchangers);
  return result == ARES_SUCCESS && exchangers->len == 0 ? ARES_ENODATA : result;
}

int
dns_answer_read_ipv4 (const guint8 *bytes, gsize length, GArray *addresses, guint *seconds)
{
  struct ares_addrttl records[ADDRESSES_MAX];
  int count = ADDRESSES_MAX;
  int result = ares_parse_a_reply (bytes, (int) length, NULL, records, &count);
  if (result != ARES_SUCCESS)
    return result;
  if (count == 0)
    return ARES_ENODATA;

  *seconds = G_MAXUINT;
  for (int i = 0; i < count; i++)
    {
      IpAddress address = { { [10] = 0xff, [11] = 0xff } };
      memcpy (address.bytes + 12, &records[i].ipaddr, 4);
      g_array_append_val (addresses, address);
      *seconds = MIN (*seconds, (guint) MAX (records[i].ttl, 0));
    }
  return ARES_SUCCESS;
}

char *
dns_answer_read_text (const guint8 *bytes, gsize length)
{
  struct ares_txt_ext *pieces = NULL;
  if (ares_parse_txt_reply_ext (bytes, (int) length, &pieces) != ARES_SUCCESS || pieces == NULL)
    return NULL;

  g_autoptr (GString) text = g_string_new (NULL);
  for (const struct ares_txt_ext *at = pieces; at != NULL; at = at->next)
    {
      if (at != pieces && at->record_start)
        break;
      for (gsize i = 0; i < at->length && text->len < DNS_TEXT_MAX; i++)
        g_string_append_c (text, g_ascii_isprint ((char) at->txt[i]) ? (char) at->txt[i] : '?');
    }
  ares_free_data (pieces);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
dns_answer_is_cut (const guint8 *bytes, gsize length)
{
  return bytes != NULL && length >= NS_HFIXEDSZ && (bytes[2] & IS_CUT) != 0;
}

guint
dns_answer_negative_seconds (const guint8 *bytes, gsize length)
{
  ns_msg message;
  ns_rr record;
  if (bytes == NULL || ns_initparse (bytes, (int) length, &message) != 0)
    return DNS_DEFAULT_SECONDS;

  for (int i = 0; i < ns_msg_count (message, ns_s_ns); i++)
    {
      if (ns_parserr (&message, ns_s_ns, i, &record) != 0)
        return DNS_DEFAULT_SECONDS;
      if (ns_rr_type (record) != ns_t_soa || ns_rr_rdlen (record) <= SOA_NUMBERS_LENGTH)
        continue;
      guint32 minimum;
      memcpy (&minimum, ns_rr_rdata (record) + ns_rr_rdlen (record) - SOA_MINIMUM_LENGTH,
              sizeof minimum);
      return MIN (GUINT32_FROM_BE (minimum), ns_rr_ttl (record));
    }
  return DNS_DEFAULT_SECONDS;
}
