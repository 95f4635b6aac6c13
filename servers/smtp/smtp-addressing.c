/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-addressing.h"

#include <string.h>

/* Returns: (transfer full): ORCPT for an address that the client did not give one for; "" where it
 * can't be written: beyond ASCII, only plain letters go without escapes (RFC 6533, section 3). */
static char *
original_of (const SmtpRecipient *recipient)
{
  if (!mail_address_is_ascii (recipient->address))
    return strpbrk (recipient->text, " +=\\\"") ? g_strdup ("")
                                                : g_strconcat ("utf-8;", recipient->text, NULL);
  g_autofree char *xtext = smtp_parameters_to_xtext (recipient->text);
  return g_strconcat ("rfc822;", xtext, NULL);
}

/* @known: the addresses that are on the envelope; it owns no strings. */
static void
add_one (Envelope *envelope, GHashTable *known, const SmtpRecipient *recipient, const char *address)
{
  if (g_hash_table_contains (known, address))
    return;

  const char *given = recipient->parameters.original;
  g_autofree char *made
      = !given && !g_str_equal (address, recipient->text) ? original_of (recipient) : NULL;
  const Recipient *added
      = envelope_add_recipient_full (envelope, address, recipient->parameters.notify,
                                     given  ? given
                                     : made ? made
                                            : "");
  g_hash_table_add (known, added->address);
}

/* The addresses that the directory has for a recipient; %NULL for the recipient's own. Case tells
 * no local addresses apart: an alias of thousands is not expanded for each way to write it. */
static GPtrArray *
expand (Directory *directory, GHashTable *expanded, const SmtpRecipient *recipient)
{
  char *key = g_ascii_strdown (recipient->text, -1);
  if (!g_hash_table_add (expanded, key))
    return g_ptr_array_new ();

  g_autoptr (GPtrArray) addresses = directory_expand (directory, recipient->address);
  return addresses->len > 0 ? g_steal_pointer (&addresses) : NULL;
}

void
smtp_addressing_add (SmtpServices *services, const SmtpTransaction *transaction, Envelope *envelope)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  g_autoptr (Directory) directory = smtp_services_directory (services);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < transaction->recipients->len; i++)
    {
      const SmtpRecipient *recipient = smtp_transaction_recipient (transaction, i);
      g_autoptr (GPtrArray) addresses = relay_policy_is_local (policy, recipient->address)
                                            ? expand (directory, expanded, recipient)
                                            : NULL;
      if (!addresses)
        add_one (envelope, known, recipient, recipient->text);
      else
        for (guint j = 0; j < addresses->len; j++)
          add_one (envelope, known, recipient, addresses->pdata[j]);
    }
}

static gboolean
is_mailbox (Directory *directory, const MailAddress *address)
{
  DirectoryKind kind = directory_look_up (directory, address);
  return kind == DIRECTORY_MAILBOX || kind == DIRECTORY_UNKNOWN;
}

gboolean
smtp_addressing_may_block (SmtpServices *services, const SmtpTransaction *transaction)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  g_autoptr (Directory) directory = smtp_services_directory (services);
  if (policy->settings->general.system_users)
    return TRUE;

  for (guint i = 0; i < transaction->recipients->len; i++)
    {
      const MailAddress *address = smtp_transaction_recipient (transaction, i)->address;
      if (relay_policy_is_local (policy, address) && !is_mailbox (directory, address))
        return TRUE;
    }
  return FALSE;
}
