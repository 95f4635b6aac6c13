/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/network-set.h"

static NetworkList
list_of (GArray *rows)
{
  return (NetworkList){ rows->len, (IpNetwork *) (void *) rows->data };
}

static NetworkSet *
set_of (const char *const *texts)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (IpNetwork));
  NetworkList list;

  for (; *texts != NULL; texts++)
    {
      IpNetwork network;

      g_assert_true (ip_network_parse (*texts, &network));
      g_array_append_val (rows, network);
    }
  list = list_of (rows);
  return network_set_new (&list);
}

static int
match (const NetworkSet *set, const char *text)
{
  IpAddress address;

  g_assert_true (ip_address_parse (text, &address));
  return network_set_match (set, &address);
}

static void
test_empty (void)
{
  NetworkSet *set = set_of ((const char *const[]){ NULL });

  g_assert_cmpint (match (set, "192.0.2.1"), ==, -1);
  g_assert_cmpint (match (set, "::"), ==, -1);
  network_set_unref (set);
}

static void
test_nested (void)
{
  NetworkSet *set = set_of ((const char *const[]){ "10.1.2.3", "10.0.0.0/8", "10.1.0.0/16",
                                                   "10.1.2.0/24", "10.1.2.0/24", "10.2.0.0/16",
                                                   "2001:db8::/32", "2001:db8:1::/48", NULL });

  g_assert_cmpint (match (set, "9.255.255.255"), ==, -1);
  g_assert_cmpint (match (set, "10.0.0.0"), ==, 96 + 8);
  g_assert_cmpint (match (set, "10.0.255.255"), ==, 96 + 8);
  g_assert_cmpint (match (set, "10.1.0.0"), ==, 96 + 16);
  g_assert_cmpint (match (set, "10.1.2.2"), ==, 96 + 24);
  g_assert_cmpint (match (set, "10.1.2.3"), ==, 128);
  g_assert_cmpint (match (set, "10.1.2.4"), ==, 96 + 24);
  g_assert_cmpint (match (set, "10.1.3.0"), ==, 96 + 16);
  g_assert_cmpint (match (set, "10.2.0.0"), ==, 96 + 16);
  g_assert_cmpint (match (set, "10.3.0.0"), ==, 96 + 8);
  g_assert_cmpint (match (set, "11.0.0.0"), ==, -1);
  g_assert_cmpint (match (set, "::ffff:10.1.2.3"), ==, 128);
  g_assert_cmpint (match (set, "2001:db8::1"), ==, 32);
  g_assert_cmpint (match (set, "2001:db8:1::1"), ==, 48);
  g_assert_cmpint (match (set, "2001:db9::"), ==, -1);
  network_set_unref (set);
}

static void
test_everything (void)
{
  NetworkSet *ipv4 = set_of ((const char *const[]){ "0.0.0.0/0", NULL });
  NetworkSet *ipv6
      = set_of ((const char *const[]){ "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL });

  g_assert_cmpint (match (ipv4, "0.0.0.0"), ==, 96);
  g_assert_cmpint (match (ipv4, "255.255.255.255"), ==, 96);
  g_assert_cmpint (match (ipv4, "::1"), ==, -1);
  g_assert_cmpint (match (ipv6, "::"), ==, 0);
  g_assert_cmpint (match (ipv6, "2001:db8::1"), ==, 0);
  g_assert_cmpint (match (ipv6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ==, 128);
  g_assert_cmpint (match (ipv6, "192.0.2.1"), ==, -1);
  network_set_unref (ipv4);
  network_set_unref (ipv6);
}

static IpNetwork
random_network (gboolean narrow)
{
  g_autofree char *text = NULL;
  IpNetwork network;

  /* Few different bytes, so that networks nest, touch and repeat. */
  if (g_test_rand_bit ())
    text = g_strdup_printf ("%d.%d.%d.%d/%d", narrow ? 10 : g_test_rand_int_range (0, 256),
                            g_test_rand_int_range (0, 3), g_test_rand_int_range (0, 256),
                            g_test_rand_int_range (0, 256), g_test_rand_int_range (0, 33));
  else
    text = g_strdup_printf ("%x:%x::%x/%d", narrow ? 0x2001 : g_test_rand_int_range (0, 65536),
                            g_test_rand_int_range (0, 3), g_test_rand_int_range (0, 3),
                            g_test_rand_int_range (0, 129));
  g_assert_true (ip_network_parse (text, &network));
  return network;
}

static int
match_by_brute_force (const NetworkList *list, const IpAddress *address)
{
  int best = -1;

  for (gsize i = 0; i < list->length; i++)
    if (ip_network_contains (&list->rows[i], address))
      best = MAX (best, list->rows[i].prefix);
  return best;
}

/* The address at @bit's neighbourhood of a network: its first, its last, and those just outside. */
static IpAddress
address_near (const IpNetwork *network, int what)
{
  IpAddress address = network->first;
  int step = what == 1 || what == 3 ? 1 : -1;

  if (what == 0)
    return address;
  if (what == 1 || what == 2)
    for (int bit = network->prefix; bit < 128; bit++)
      address.bytes[bit / 8] |= 0x80 >> (bit % 8);
  if (what == 2)
    return address;
  for (int i = 15; i >= 0; i--)
    {
      address.bytes[i] += step;
      if (address.bytes[i] != (step > 0 ? 0 : 0xff))
        break;
    }
  return address;
}

static void
test_against_brute_force (void)
{
  for (int round = 0; round < 200; round++)
    {
      g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (IpNetwork));
      int n = g_test_rand_int_range (0, 80);
      NetworkList list;
      NetworkSet *set;

      for (int i = 0; i < n; i++)
        {
          IpNetwork network = random_network (round % 2 == 0);
          g_array_append_val (rows, network);
        }
      list = list_of (rows);
      set = network_set_new (&list);
      for (int i = 0; i < n; i++)
        for (int what = 0; what < 4; what++)
          {
            IpAddress address = address_near (&list.rows[i], what);
            g_assert_cmpint (network_set_match (set, &address), ==,
                             match_by_brute_force (&list, &address));
          }
      for (int i = 0; i < 100; i++)
        {
          IpNetwork network = random_network (FALSE);
          g_assert_cmpint (network_set_match (set, &network.first), ==,
                           match_by_brute_force (&list, &network.first));
        }
      network_set_unref (set);
    }
}

/* So many that the line of IPv4 has its index; looked up in the set, and in its bytes elsewhere. */
static void
test_indexed (void)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (IpNetwork));
  g_autoptr (NetworkSet) set = NULL;
  g_autoptr (NetworkSet) copy = NULL;
  g_autoptr (GBytes) bytes = NULL;
  NetworkList list;

  for (int i = 0; i < 8000; i++)
    {
      IpNetwork network = random_network (i % 2 == 0);
      g_array_append_val (rows, network);
    }
  list = list_of (rows);
  set = network_set_new (&list);
  bytes = g_bytes_new (g_bytes_get_data (network_set_bytes (set), NULL),
                       g_bytes_get_size (network_set_bytes (set)));
  copy = network_set_new_from_bytes (bytes);
  g_assert_nonnull (copy);
  for (int i = 0; i < 8000; i += 7)
    for (int what = 0; what < 4; what++)
      {
        IpAddress address = address_near (&list.rows[i], what);
        int expected = match_by_brute_force (&list, &address);

        g_assert_cmpint (network_set_match (set, &address), ==, expected);
        g_assert_cmpint (network_set_match (copy, &address), ==, expected);
      }
}

/* Bytes that are no set are refused, or at least a look-up stays inside them. */
static void
test_damaged_bytes (void)
{
  g_autoptr (NetworkSet) set
      = set_of ((const char *const[]){ "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", NULL });
  gsize size;
  const guint8 *whole = g_bytes_get_data (network_set_bytes (set), &size);

  for (gsize length = 0; length < size; length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (whole, length);

      g_assert_null (network_set_new_from_bytes (cut));
    }
  for (gsize bit = 0; bit < size * 8; bit++)
    {
      g_autofree guint8 *copy = g_memdup2 (whole, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (NetworkSet) other = NULL;

      copy[bit / 8] ^= 1 << bit % 8;
      bytes = g_bytes_new (copy, size);
      other = network_set_new_from_bytes (bytes);
      if (other != NULL)
        {
          (void) match (other, "10.1.2.3");
          (void) match (other, "2001:db8::1");
        }
    }
}

/* The set that a list brings along is taken. */
static void
test_brought_along (void)
{
  g_autoptr (NetworkSet) set = set_of ((const char *const[]){ "10.0.0.0/8", NULL });
  NetworkList list = { .set = set };
  g_autoptr (NetworkSet) taken = network_set_new (&list);

  g_assert_true (taken == set);
}

/* Every prefix at once: as deep as nesting goes. */
static void
test_deepest (void)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (IpNetwork));
  IpAddress address;
  NetworkList list;
  NetworkSet *set;

  g_assert_true (ip_address_parse ("2001:db8:5555:aaaa:5555:aaaa:5555:aaaa", &address));
  for (int prefix = 0; prefix <= 128; prefix++)
    {
      IpNetwork network;
      char address_text[IP_NETWORK_TEXT_MAX];
      g_autofree char *text
          = g_strdup_printf ("%s/%d", ip_address_to_string (&address, address_text), prefix);

      g_assert_true (ip_network_parse (text, &network));
      g_array_append_val (rows, network);
    }
  list = list_of (rows);
  set = network_set_new (&list);
  g_assert_cmpint (network_set_match (set, &address), ==, 128);
  for (int bit = 0; bit < 128; bit++)
    {
      IpAddress other = address;

      other.bytes[bit / 8] ^= 0x80 >> (bit % 8);
      g_assert_cmpint (network_set_match (set, &other), ==, bit);
    }
  network_set_unref (set);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-set/empty", test_empty);
  g_test_add_func ("/network-set/nested", test_nested);
  g_test_add_func ("/network-set/everything", test_everything);
  g_test_add_func ("/network-set/against-brute-force", test_against_brute_force);
  g_test_add_func ("/network-set/indexed", test_indexed);
  g_test_add_func ("/network-set/damaged-bytes", test_damaged_bytes);
  g_test_add_func ("/network-set/brought-along", test_brought_along);
  g_test_add_func ("/network-set/deepest", test_deepest);
  return g_test_run ();
}
