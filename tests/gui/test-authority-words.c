/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/authority-words.h"

#include <libintl.h>
#include <locale.h>

static const struct
{
  const char *message;
  const char *german;
} rows[] = {
  { "14 is outside the range 15 to 65535", "14 liegt nicht im Bereich 15 bis 65535" },
  { "\"300.1.1.1\" is not an address or a network such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32",
    "\"300.1.1.1\" ist nicht eine Adresse oder ein Netz wie 192.0.2.7, 192.0.2.0/24 oder "
    "2001:db8::/32" },
  { "\"x\" is not a whole number from 15 to 65535", "\"x\" ist keine ganze Zahl von 15 bis 65535" },
  { "0.0.0.0/0 is a large part of the Internet, or all of it: nobody from there may connect",
    "0.0.0.0/0 ist ein großer Teil des Internets, oder alles davon: niemand von dort darf sich "
    "verbinden" },
  { "127.0.0.1:25 is taken by *:25 in pop3.listeners already",
    "127.0.0.1:25 ist schon durch *:25 in pop3.listeners belegt" },
  { "everybody may send to everybody: this is an open relay",
    "jeder darf an jeden senden: das ist ein offenes Relay" },
  { "needs a certificate in security.certificates: without one there is no TLS, and nobody could "
    "send",
    "braucht ein Zertifikat in security.certificates: ohne gibt es kein TLS, und niemand könnte "
    "senden" },
  { "60 minutes are more than the 15 of all log-ons: this has no effect",
    "60 Minuten sind mehr als die 15 aller Anmeldungen: das bewirkt nichts" },
  { "\"sales\" is not an alias such as sales: joe, ann@example.org",
    "\"sales\" ist nicht ein Alias wie sales: joe, ann@example.org" },
  { "something that is said nowhere", "something that is said nowhere" },
  { "", "" },
};

static void
test_english (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *words = authority_words (rows[i].message);

      g_assert_cmpstr (words, ==, rows[i].message);
    }
}

static void
test_german (void)
{
  g_setenv ("LANGUAGE", "de", TRUE);
  if (setlocale (LC_ALL, "C.UTF-8") == NULL)
    {
      g_test_skip ("no UTF-8 locale");
      return;
    }
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("POSTERN_LOCALE_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *words = authority_words (rows[i].message);

      g_assert_cmpstr (words, ==, rows[i].german);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/authority-words/english", test_english);
  g_test_add_func ("/authority-words/german", test_german);
  return g_test_run ();
}
