/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-transaction.h"

static void
recipient_free (gpointer data)
{
  SmtpRecipient *recipient = data;
  mail_address_free (recipient->address);
  smtp_rcpt_parameters_clear (&recipient->parameters);
  g_free (recipient->text);
  g_free (recipient);
}

void
smtp_transaction_init (SmtpTransaction *transaction)
{
  *transaction = (SmtpTransaction){
    .recipients = g_ptr_array_new_with_free_func (recipient_free),
    .known = g_hash_table_new (g_str_hash, g_str_equal),
  };
}

void
smtp_transaction_reset (SmtpTransaction *transaction)
{
  g_clear_pointer (&transaction->sender, mail_address_free);
  smtp_mail_parameters_clear (&transaction->parameters);
  transaction->parameters = (SmtpMailParameters){ 0 };
  smtp_transaction_drop_candidate (transaction);
  g_hash_table_remove_all (transaction->known);
  g_ptr_array_set_size (transaction->recipients, 0);
}

void
smtp_transaction_clear (SmtpTransaction *transaction)
{
  smtp_transaction_reset (transaction);
  g_clear_pointer (&transaction->known, g_hash_table_unref);
  g_clear_pointer (&transaction->recipients, g_ptr_array_unref);
}

const SmtpRecipient *
smtp_transaction_recipient (const SmtpTransaction *transaction, guint index)
{
  return transaction->recipients->pdata[index];
}

void
smtp_transaction_take_candidate (SmtpTransaction *transaction)
{
  SmtpRcptCommand *candidate = &transaction->candidate;
  g_autofree char *text = mail_address_to_string (candidate->recipient);

  if (!g_hash_table_contains (transaction->known, text))
    {
      SmtpRecipient *recipient = g_new0 (SmtpRecipient, 1);
      recipient->address = candidate->recipient;
      recipient->parameters = candidate->parameters;
      recipient->text = g_steal_pointer (&text);
      *candidate = (SmtpRcptCommand){ 0 };
      g_hash_table_add (transaction->known, recipient->text);
      g_ptr_array_add (transaction->recipients, recipient);
    }
  smtp_transaction_drop_candidate (transaction);
}

void
smtp_transaction_drop_candidate (SmtpTransaction *transaction)
{
  smtp_rcpt_command_clear (&transaction->candidate);
  transaction->candidate = (SmtpRcptCommand){ 0 };
}
