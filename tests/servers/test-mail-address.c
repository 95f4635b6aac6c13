/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/mail/mail-address.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define D255 A63 "." A63 "." A63 "." A63

typedef struct
{
  const char *text;
  const char *local_part; /* NULL: not an address */
  const char *domain;
  const char *written; /* NULL: as text */
} AddressCase;

static const AddressCase address_cases[] = {
  { "joe@example.org", "joe", "example.org" },
  { "Joe@Example.ORG", "Joe", "example.org", "Joe@example.org" },
  { "joe@example.org.", "joe", "example.org", "joe@example.org" },
  { "j.o.e+x@a-b.example", "j.o.e+x", "a-b.example" },
  { "!#$%&'*+-/=?^_`{|}~@x.example", "!#$%&'*+-/=?^_`{|}~", "x.example" },
  { "joe@localhost", "joe", "localhost" },
  { "joe@3com.example", "joe", "3com.example" },
  { "\"a b\"@example.org", "a b", "example.org" },
  { "\"joe\"@example.org", "joe", "example.org", "joe@example.org" },
  { "\"a\\\"b\\\\\"@example.org", "a\"b\\", "example.org" },
  { "\"a@b\"@example.org", "a@b", "example.org" },
  { "\"\"@example.org", "", "example.org" },
  { "\"a..b\"@example.org", "a..b", "example.org" },
  { "\"\\j\\o\\e\"@example.org", "joe", "example.org", "joe@example.org" },
  { "joe@[192.0.2.1]", "joe", "[192.0.2.1]" },
  { "joe@[IPv6:2001:DB8:0::1]", "joe", "[ipv6:2001:db8::1]", "joe@[ipv6:2001:db8::1]" },
  { "joe%example.net@example.org", "joe%example.net", "example.org" },
  { "postmaster", "postmaster", "" },
  { "PostMaster", "PostMaster", "" },
  { A63 "a@example.org", A63 "a", "example.org" },
  { "joe@" D255, "joe", D255 },
  { "joe@" D255 ".", "joe", D255, "joe@" D255 },

  /* Letters beyond ASCII: "josé", "bücher", "straße", a full-width stop, Greek and Han */
  { "jos\xc3\xa9@example.org", "jos\xc3\xa9", "example.org" },
  { "\"jos\xc3\xa9 x\"@example.org", "jos\xc3\xa9 x", "example.org" },
  { "joe@b\xc3\xbc"
    "cher.example",
    "joe", "xn--bcher-kva.example", "joe@xn--bcher-kva.example" },
  { "joe@B\xc3\x9c"
    "cher.Example.",
    "joe", "xn--bcher-kva.example", "joe@xn--bcher-kva.example" },
  { "joe@stra\xc3\x9f"
    "e.example",
    "joe", "xn--strae-oqa.example", "joe@xn--strae-oqa.example" },
  { "joe@b\xc3\xbc"
    "cher\xe3\x80\x82"
    "example",
    "joe", "xn--bcher-kva.example", "joe@xn--bcher-kva.example" },
  { "joe@xn--bcher-kva.example", "joe", "xn--bcher-kva.example" },
  { "\xce\xba\xce\xb1\xce\xb9@\xe4\xbe\x8b.example", "\xce\xba\xce\xb1\xce\xb9", "xn--fsq.example",
    "\xce\xba\xce\xb1\xce\xb9@xn--fsq.example" },

  { "", NULL },
  { "joe", NULL },
  { "@example.org", NULL },
  { "joe@", NULL },
  { "joe@.", NULL },
  { "joe@example..org", NULL },
  { "joe@.example.org", NULL },
  { "joe@example.org..", NULL },
  { "joe@-example.org", NULL },
  { "joe@example-.org", NULL },
  { "joe@exa_mple.org", NULL },
  { "joe@example.org ", NULL },
  { " joe@example.org", NULL },
  { "joe @example.org", NULL },
  { "joe@exam ple.org", NULL },
  { ".joe@example.org", NULL },
  { "joe.@example.org", NULL },
  { "j..oe@example.org", NULL },
  { "joe@example.org@example.net", NULL },
  { "j(o)e@example.org", NULL },
  { "\"joe@example.org", NULL },
  { "\"joe\"x@example.org", NULL },
  { "\"joe\\\"@example.org", NULL },
  { "\"a\tb\"@example.org", NULL },
  { "\"a\\\tb\"@example.org", NULL },
  { "jo\x7f"
    "e@example.org",
    NULL },
  { "jo\ne@example.org", NULL },
  { "joe@example.org\r", NULL },
  { "jo\xe9@example.org", NULL },
  { "jo\xc3@example.org", NULL },
  { "jo\xc0\xa0@example.org", NULL },
  { "jo\xed\xa0\x80@example.org", NULL },
  { "jo\xc2\x85@example.org", NULL },
  { "jo\xe2\x80\xa8@example.org", NULL },
  { "\"jo\xe2\x80\xa9\"@example.org", NULL },
  { "joe@ex\xe4mple.org", NULL },
  { "joe@-\xc3\xa4.example", NULL },
  { "joe@\xc3\xa4_.example", NULL },
  { "joe@\xc3\xa4..example", NULL },
  { "joe@a\xef\xbc\xa0\xc3\xa4.example", NULL },
  { "joe@a\xef\xbc\x9e.example", NULL },
  { "joe@[192.0.2]", NULL },
  { "joe@[192.0.2.256]", NULL },
  { "joe@[192.0.2.1", NULL },
  { "joe@[192.0.2.1]x", NULL },
  { "joe@[2001:db8::1]", NULL },
  { "joe@[IPv6:192.0.2.1]", NULL },
  { "joe@[IPv6:2001:db8:::1]", NULL },
  { "joe@[IPv6:fe80::1%eth0]", NULL },
  { "joe@[tag:content]", NULL },
  { "joe@[]", NULL },
  { "<joe@example.org>", NULL },
  { A63 "aa@example.org", NULL },
  { "\"" A63 "\"@example.org", NULL },
  { "joe@" A63 "a.example", NULL },
  { "joe@a." D255, NULL },
};

static void
test_address (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (address_cases); i++)
    {
      const AddressCase *c = &address_cases[i];
      g_autoptr (MailAddress) address = mail_address_parse (c->text, strlen (c->text));
      g_autofree char *written = NULL;

      g_test_message ("%s", c->text);
      if (c->local_part == NULL)
        {
          g_assert_null (address);
          continue;
        }
      g_assert_nonnull (address);
      g_assert_cmpstr (address->local_part, ==, c->local_part);
      g_assert_cmpstr (address->domain, ==, c->domain);
      written = mail_address_to_string (address);
      g_assert_cmpstr (written, ==, c->written != NULL ? c->written : c->text);
    }
}

static void
test_embedded_nul (void)
{
  g_assert_null (mail_address_parse ("jo\0e@example.org", 16));
  g_assert_null (mail_address_parse ("joe@example.org\0", 16));
  g_assert_null (mail_address_parse ("\"a\0b\"@example.org", 17));
  g_assert_null (mail_address_parse ("joe@[192.0.2.1\0]", 16));
}

typedef struct
{
  const char *text;
  MailPathKind kind;
  const char *address; /* as mail_address_to_string; NULL: refused */
  gsize taken;
} PathCase;

static const PathCase path_cases[] = {
  { "<joe@example.org>", MAIL_PATH_FORWARD, "joe@example.org", 17 },
  { "<joe@example.org> SIZE=1", MAIL_PATH_REVERSE, "joe@example.org", 17 },
  { "<joe@example.org.>", MAIL_PATH_FORWARD, "joe@example.org", 18 },
  { "<>", MAIL_PATH_REVERSE, "", 2 },
  { "<> BODY=8BITMIME", MAIL_PATH_REVERSE, "", 2 },
  { "<>", MAIL_PATH_FORWARD, NULL },
  { "<jos\xc3\xa9@b\xc3\xbc.example> SMTPUTF8", MAIL_PATH_REVERSE, "jos\xc3\xa9@xn--b-eha.example",
    19 },
  { "<@\xc3\xbc.example,@b.example:joe@c.example>", MAIL_PATH_FORWARD, "joe@c.example", 38 },
  { "<postmaster>", MAIL_PATH_FORWARD, "postmaster", 12 },
  { "<POSTMASTER>", MAIL_PATH_FORWARD, "POSTMASTER", 12 },
  { "<postmaster@example.org>", MAIL_PATH_FORWARD, "postmaster@example.org", 24 },
  { "<postmasters@example.org>", MAIL_PATH_FORWARD, "postmasters@example.org", 25 },
  { "<postmaster>", MAIL_PATH_REVERSE, NULL },
  { "<\"a>b\"@example.org>", MAIL_PATH_FORWARD, "\"a>b\"@example.org", 19 },
  { "<@a.example:joe@c.example>", MAIL_PATH_FORWARD, "joe@c.example", 26 },
  { "<@a.example,@b.example:joe@c.example>", MAIL_PATH_REVERSE, "joe@c.example", 37 },
  { "<@a.example,b.example:joe@c.example>", MAIL_PATH_FORWARD, NULL },
  { "<@a.example joe@c.example>", MAIL_PATH_FORWARD, NULL },
  { "<@a.example,:joe@c.example>", MAIL_PATH_FORWARD, NULL },
  { "<@a.example:>", MAIL_PATH_FORWARD, NULL },
  { "<@:joe@c.example>", MAIL_PATH_FORWARD, NULL },
  { "<joe>", MAIL_PATH_FORWARD, NULL },
  { "joe@example.org", MAIL_PATH_FORWARD, NULL },
  { "<joe@example.org", MAIL_PATH_FORWARD, NULL },
  { "<joe@example.org >", MAIL_PATH_FORWARD, NULL },
  { "< joe@example.org>", MAIL_PATH_FORWARD, NULL },
  { "<<joe@example.org>>", MAIL_PATH_FORWARD, NULL },
  { "", MAIL_PATH_FORWARD, NULL },
  { "<", MAIL_PATH_REVERSE, NULL },
};

static void
test_path (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (path_cases); i++)
    {
      const PathCase *c = &path_cases[i];
      gsize taken = 0;
      g_autoptr (MailAddress) address
          = mail_address_parse_path (c->text, strlen (c->text), c->kind, &taken);
      g_autofree char *written = NULL;

      g_test_message ("%s", c->text);
      if (c->address == NULL)
        {
          g_assert_null (address);
          continue;
        }
      g_assert_nonnull (address);
      written = mail_address_to_string (address);
      g_assert_cmpstr (written, ==, c->address);
      g_assert_cmpuint (taken, ==, c->taken);
      g_assert_cmpint (mail_address_is_null (address), ==, c->address[0] == '\0');
    }
}

static void
test_ascii (void)
{
  g_autoptr (MailAddress) plain = mail_address_parse ("joe@b\xc3\xbc.example", 15);
  g_autoptr (MailAddress) wide = mail_address_parse ("jos\xc3\xa9@b.example", 15);

  g_assert_true (mail_address_is_ascii (plain));
  g_assert_false (mail_address_is_ascii (wide));
}

static void
test_copy (void)
{
  g_autoptr (MailAddress) address = mail_address_parse ("joe@example.org", 15);
  g_autoptr (MailAddress) copy = mail_address_copy (address);

  g_assert_true (copy->local_part != address->local_part);
  g_assert_cmpstr (copy->local_part, ==, "joe");
  g_assert_cmpstr (copy->domain, ==, "example.org");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-address/address", test_address);
  g_test_add_func ("/mail-address/embedded-nul", test_embedded_nul);
  g_test_add_func ("/mail-address/path", test_path);
  g_test_add_func ("/mail-address/ascii", test_ascii);
  g_test_add_func ("/mail-address/copy", test_copy);
  return g_test_run ();
}
