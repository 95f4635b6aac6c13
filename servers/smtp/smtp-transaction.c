/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-transaction.h"

void
smtp_transaction_init (SmtpTransaction *transaction)
{
  *transaction = (SmtpTransaction){
    .recipients = g_ptr_array_new_with_free_func (g_free),
    .known = g_hash_table_new (g_str_hash, g_str_equal),
  };
}

void
smtp_transaction_reset (SmtpTransaction *transaction)
{
  g_clear_pointer (&transaction->sender, mail_address_free);
  g_clear_pointer (&transaction->candidate, mail_address_free);
  g_hash_table_remove_all (transaction->known);
  g_ptr_array_set_size (transaction->recipients, 0);
  transaction->eight_bit = FALSE;
}

void
smtp_transaction_clear (SmtpTransaction *transaction)
{
  smtp_transaction_reset (transaction);
  g_clear_pointer (&transaction->known, g_hash_table_unref);
  g_clear_pointer (&transaction->recipients, g_ptr_array_unref);
}

void
smtp_transaction_take_candidate (SmtpTransaction *transaction)
{
  g_autofree char *address = mail_address_to_string (transaction->candidate);

  if (!g_hash_table_contains (transaction->known, address))
    {
      g_hash_table_add (transaction->known, address);
      g_ptr_array_add (transaction->recipients, g_steal_pointer (&address));
    }
  smtp_transaction_drop_candidate (transaction);
}

void
smtp_transaction_drop_candidate (SmtpTransaction *transaction)
{
  g_clear_pointer (&transaction->candidate, mail_address_free);
}
