/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/authority-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_PARTS 3

/* The sentences of core/settings, with %s for what varies; the narrower before the wider. A test
 * holds them against the code.
 */
static const char *const sentences[] = {
  N_ ("%s is outside the range %s to %s"),
  N_ ("%s is not a whole number from %s to %s"),
  N_ ("%s is in the list twice"),
  N_ ("%s has an entry in the list already"),
  N_ ("%s is none of %s"),
  N_ ("the port of %s is outside the range 1 to 65535"),
  N_ ("%s names no blocklist: a * can't be asked"),
  N_ ("%s is taken by *:%s in %s already"),
  N_ ("%s is taken by %s already"),
  N_ ("%s is a large part of the Internet, or all of it: %s"),
  N_ ("%s is not %s"),
  N_ ("%s minutes are more than the %s of all log-ons: this has no effect"),
  N_ ("needs a certificate in security.certificates: without one there is no TLS, and %s"),
  N_ ("no rule is chosen: nobody may relay"),
  N_ ("every domain is near, and mail to near domains is relayed: this is an open relay"),
  N_ ("there is no near domain yet: this lets nothing through"),
  N_ ("the address relay list is empty: this lets nothing through"),
  N_ ("everybody may send to everybody: this is an open relay"),
  N_ ("to relay for all of it is an open relay"),
  N_ ("no address is refused and no blocklist is asked: everybody may connect"),
  N_ ("everybody may connect: refused addresses and blocklists have no effect"),
  N_ ("nobody from there may connect"),
  N_ ("everybody from there may connect"),
  N_ ("every domain is local: no mail leaves this system any more"),
  N_ ("nobody could send"),
  N_ ("nobody could log on"),
  N_ ("needs a certificate in security.certificates: these listeners speak TLS from the first "
      "byte"),
  N_ ("nobody can authenticate there, as there is no certificate in security.certificates"),
  N_ ("TLS 1.0 and 1.1 are unsafe: what is sent under them can be read by others; choose them for "
      "old devices alone"),
  N_ ("passwords may come without TLS: whoever listens in on the line can read them"),
  N_ ("nobody is ever banned: passwords can be guessed without end"),
  N_ ("passwords can be guessed from there without end"),
  N_ ("every message fits this: all mail is thrown away"),
  N_ ("every message fits this: all mail is kept back"),
  N_ ("leads to itself over other aliases: nobody gets this mail unless one of them leads to a "
      "user, too"),
  N_ ("mail for every address that does not exist is taken: most of it is unwanted, and no sender "
      "learns of a mistyped address"),
  N_ ("mail leaves without TLS: whoever listens in on the line can read it"),
  N_ ("nothing is tried again: a message comes back to its sender when the first try fails"),
  N_ ("a log-on from there lets nobody relay"),
  N_ ("no address is marked as shared: no sender is checked"),
  N_ ("mail is relayed for a large part of the Internet, or all of it: this is an open relay"),
  N_ ("nobody may connect to the SMTP server any more"),
  N_ ("connections from refused addresses and from addresses on blocklists are refused from now "
      "on"),
  N_ ("the programs of this system may not connect to the SMTP server any more"),
  N_ ("nobody's messages are relayed any more"),
  N_ ("only messages that a rule lets through are relayed from now on"),
  N_ ("messages of the programs of this system are not relayed any more"),
  N_ ("messages to near domains are not relayed any more"),
  N_ ("messages from the addresses in the address relay list are not relayed any more"),
  N_ ("a log-on to the POP server lets nobody relay any more"),
  N_ ("messages from clients that have authenticated are not relayed any more"),
  N_ ("clients without TLS can't send any more"),
  N_ ("clients without TLS can't log on any more"),
  N_ ("clients that insist on TLS can't send any more"),
  N_ ("clients that insist on TLS can't log on any more"),
  N_ ("nobody can authenticate at the SMTP server any more"),
  N_ ("clients without TLS can't authenticate any more"),
  N_ ("the users of this system can't log on any more"),
  N_ ("messages whose sender is not the user who logged on are refused from now on"),
  N_ ("%s is far less than before: what goes beyond it is refused"),
  N_ ("a log-on to the POP server counts for %s minutes only, no longer for %s"),
  N_ ("only users who are in the new file can log on from now on"),
  N_ ("devices that speak only an older TLS can't use it any more"),
  N_ ("%s is listened on no longer: who connects there is turned away"),
  N_ ("%s is no exception any more: it may be refused from now on"),
  N_ ("connections from %s are refused from now on"),
  N_ ("messages from %s are no longer relayed by the address relay list"),
  N_ ("messages to %s are no longer relayed as to a near domain"),
  N_ ("log-ons from %s let nobody relay any more"),
  N_ ("a user's name has 1 to 64 bytes, no blank, colon or slash, and begins with neither a point "
      "nor #"),
  N_ ("there is a user of that name already"),
  N_ ("there is no such user"),
  N_ ("a password can't be empty"),
  N_ ("a password has at most %s bytes"),
  N_ ("a password can't have control characters in it"),
  N_ ("a password for APOP can't have a colon in it"),
};

/* Fills @parts, which is all NULL, with what stands for each %s; what is filled stays for the
 * caller to free, match or not. */
static gboolean
match (const char *sentence, const char *message, char *parts[MAX_PARTS])
{
  g_auto (GStrv) pieces = g_strsplit (sentence, "%s", -1);
  guint last = g_strv_length (pieces) - 1;

  if (!g_str_has_prefix (message, pieces[0]))
    return FALSE;
  message += strlen (pieces[0]);
  for (guint i = 1; i <= last; i++)
    {
      const char *end = i == last && *pieces[i] == '\0' ? message + strlen (message)
                                                        : strstr (message, pieces[i]);

      if (end == NULL || end == message)
        return FALSE;
      parts[i - 1] = g_strndup (message, end - message);
      message = end + strlen (pieces[i]);
    }
  return *message == '\0';
}

char *
authority_words (const char *message)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      char *parts[MAX_PARTS] = { NULL, NULL, NULL };
      char *words = NULL;

      /* A part may be a sentence, or the end of one, in itself. An empty msgid would be the
       * catalogue's header. */
      if (match (sentences[i], message, parts))
        words = g_strdup_printf (_ (sentences[i]), parts[0] != NULL ? _ (parts[0]) : "",
                                 parts[1] != NULL ? _ (parts[1]) : "",
                                 parts[2] != NULL ? _ (parts[2]) : "");
      for (gsize j = 0; j < MAX_PARTS; j++)
        g_free (parts[j]);
      if (words != NULL)
        return words;
    }
  return g_strdup (message);
}
