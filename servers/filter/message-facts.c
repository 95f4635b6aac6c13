/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/message-facts.h"

#include "servers/filter/message-skeleton.h"

#include <gmime/gmime.h>
#include <string.h>

/* --- Texts --- */

/* Takes over @text. */
static void
add (GPtrArray *texts, char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *to = valid;

  for (const char *from = valid; *from != '\0'; from++)
    if (!g_ascii_isspace (*from) && !g_ascii_iscntrl (*from))
      *to++ = *from;
    else if (to > valid && to[-1] != ' ')
      *to++ = ' ';
  if (to > valid && to[-1] == ' ')
    to--;
  *to = '\0';
  g_ptr_array_add (texts, g_steal_pointer (&valid));
  g_free (text);
}

/* Some systems drop dots and blanks at a name's end; for them these are no other names. */
static void
add_name (GPtrArray *names, const char *name)
{
  gsize length = strlen (name);

  add (names, g_strdup (name));
  while (length > 0 && (name[length - 1] == '.' || g_ascii_isspace (name[length - 1])))
    length--;
  if (length > 0 && name[length] != '\0')
    add (names, g_strndup (name, length));
}

/* --- Fields --- */

static gboolean
add_addresses (GPtrArray *originators, InternetAddressList *list, guint depth)
{
  gboolean has_any = FALSE;

  for (int i = 0; list != NULL && i < internet_address_list_length (list); i++)
    {
      InternetAddress *address = internet_address_list_get_address (list, i);

      if (INTERNET_ADDRESS_IS_GROUP (address) && depth < MESSAGE_FACTS_DEPTH_MAX)
        has_any |= add_addresses (
            originators, internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)),
            depth + 1);
      else if (INTERNET_ADDRESS_IS_MAILBOX (address))
        {
          const char *text = internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address));

          has_any = has_any || text != NULL;
          if (text != NULL)
            add (originators, g_strdup (text));
        }
    }
  return has_any;
}

static void
take_originator (MessageFacts *facts, GMimeHeader *field)
{
  const char *raw = g_mime_header_get_raw_value (field);
  InternetAddressList *list = raw != NULL ? internet_address_list_parse (NULL, raw) : NULL;

  if (!add_addresses (facts->originators, list, 0) && raw != NULL)
    add (facts->originators, g_strdup (g_mime_header_get_value (field)));
  g_clear_object (&list);
}

static void
take_subject (MessageFacts *facts, GMimeHeader *field)
{
  add (facts->subjects, g_strdup (g_mime_header_get_value (field)));
}

static void
take_names (MessageFacts *facts, GMimeParamList *parameters, const char *name)
{
  for (int i = 0; parameters != NULL && i < g_mime_param_list_length (parameters); i++)
    {
      GMimeParam *parameter = g_mime_param_list_get_parameter_at (parameters, i);
      const char *value = g_mime_param_get_value (parameter);

      if (value != NULL && g_ascii_strcasecmp (g_mime_param_get_name (parameter), name) == 0)
        add_name (facts->names, value);
    }
}

static void
take_content_type (MessageFacts *facts, GMimeContentType *type)
{
  g_autofree char *text = g_mime_content_type_get_mime_type (type);

  add (facts->types, g_ascii_strdown (text, -1));
  take_names (facts, g_mime_content_type_get_parameters (type), "name");
}

static void
take_type_field (MessageFacts *facts, GMimeHeader *field)
{
  GMimeContentType *type = g_mime_content_type_parse (NULL, g_mime_header_get_raw_value (field));

  if (type != NULL)
    take_content_type (facts, type);
  g_clear_object (&type);
}

static void
take_disposition (MessageFacts *facts, GMimeHeader *field)
{
  GMimeContentDisposition *disposition
      = g_mime_content_disposition_parse (NULL, g_mime_header_get_raw_value (field));

  if (disposition != NULL)
    take_names (facts, g_mime_content_disposition_get_parameters (disposition), "filename");
  g_clear_object (&disposition);
}

typedef struct
{
  const char *name;
  void (*take) (MessageFacts *facts, GMimeHeader *field);
} FieldRow;

static const FieldRow message_fields[] = {
  { "From", take_originator },
  { "Sender", take_originator },
  { "Reply-To", take_originator },
  { "Subject", take_subject },
};

static const FieldRow part_fields[] = {
  { "Content-Type", take_type_field },
  { "Content-Disposition", take_disposition },
};

static void
take_fields (MessageFacts *facts, GMimeObject *object, const FieldRow *rows, gsize n_rows)
{
  GMimeHeaderList *fields = g_mime_object_get_header_list (object);

  for (int i = 0; i < g_mime_header_list_get_count (fields); i++)
    {
      GMimeHeader *field = g_mime_header_list_get_header_at (fields, i);

      for (gsize r = 0; r < n_rows; r++)
        if (g_ascii_strcasecmp (g_mime_header_get_name (field), rows[r].name) == 0
            && g_mime_header_get_raw_value (field) != NULL)
          rows[r].take (facts, field);
    }
}

/* --- Parts --- */

static void take_part (MessageFacts *facts, GMimeObject *part, guint depth);

/* More than one field says what it is, and one of them that it has parts: programs differ in where
 * they see those begin. */
static gboolean
is_ambiguous (GMimeObject *part)
{
  GMimeHeaderList *fields = g_mime_object_get_header_list (part);
  gboolean has_parts = FALSE;
  guint types = 0;

  for (int i = 0; i < g_mime_header_list_get_count (fields); i++)
    {
      GMimeHeader *field = g_mime_header_list_get_header_at (fields, i);
      const char *value = g_mime_header_get_raw_value (field);

      if (g_ascii_strcasecmp (g_mime_header_get_name (field), "Content-Type") != 0 || value == NULL)
        continue;
      types++;
      has_parts = has_parts || strcasestr (value, "multipart") != NULL;
    }
  return types > 1 && has_parts;
}

/* One without any has boundaries that the parser does not see, but perhaps another program does. */
static void
take_multipart (MessageFacts *facts, GMimeMultipart *multipart, guint depth)
{
  if (g_mime_multipart_get_count (multipart) == 0)
    facts->is_whole = FALSE;
  for (int i = 0; i < g_mime_multipart_get_count (multipart); i++)
    take_part (facts, g_mime_multipart_get_part (multipart, i), depth + 1);
}

static void
take_message_part (MessageFacts *facts, GMimeMessagePart *part, guint depth)
{
  GMimeMessage *message = g_mime_message_part_get_message (part);

  if (message == NULL)
    return;
  take_fields (facts, GMIME_OBJECT (message), part_fields, G_N_ELEMENTS (part_fields));
  take_part (facts, g_mime_message_get_mime_part (message), depth + 1);
}

/* RFC 2046, section 5.2.1, forbids it; some programs read it all the same. */
static gboolean
is_encoded_message (GMimeObject *part)
{
  static const char *const subtypes[] = { "rfc822", "global", "news" };
  GMimeContentType *type = g_mime_object_get_content_type (part);

  for (gsize i = 0; i < G_N_ELEMENTS (subtypes); i++)
    if (g_mime_content_type_is_type (type, "message", subtypes[i]))
      return TRUE;
  return FALSE;
}

static void
take_part (MessageFacts *facts, GMimeObject *part, guint depth)
{
  if (part == NULL)
    return;
  if (depth > MESSAGE_FACTS_DEPTH_MAX)
    {
      facts->is_whole = FALSE;
      return;
    }
  /* What it is when it doesn't say so, and all that it says. */
  take_content_type (facts, g_mime_object_get_content_type (part));
  take_fields (facts, part, part_fields, G_N_ELEMENTS (part_fields));
  if (is_ambiguous (part))
    facts->is_whole = FALSE;
  if (GMIME_IS_MULTIPART (part))
    take_multipart (facts, GMIME_MULTIPART (part), depth);
  else if (GMIME_IS_MESSAGE_PART (part))
    take_message_part (facts, GMIME_MESSAGE_PART (part), depth);
  else if (is_encoded_message (part))
    facts->is_whole = FALSE;
}

static void
initialize_library (void)
{
  static gsize is_done;

  if (g_once_init_enter (&is_done))
    {
      g_mime_init ();
      g_once_init_leave (&is_done, 1);
    }
}

static GMimeMessage *
parse (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (data, size);
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);

  g_object_unref (parser);
  g_object_unref (stream);
  return message;
}

MessageFacts *
message_facts_new (const char *sender, GBytes *content)
{
  MessageFacts *facts = g_new0 (MessageFacts, 1);
  g_autoptr (GBytes) skeleton = message_skeleton_make (content, &facts->is_whole);
  GMimeMessage *message;

  initialize_library ();
  facts->originators = g_ptr_array_new_with_free_func (g_free);
  facts->subjects = g_ptr_array_new_with_free_func (g_free);
  facts->names = g_ptr_array_new_with_free_func (g_free);
  facts->types = g_ptr_array_new_with_free_func (g_free);
  add (facts->originators, g_strdup (sender));

  message = parse (skeleton);
  if (message == NULL)
    {
      facts->is_whole = FALSE;
      return facts;
    }
  take_fields (facts, GMIME_OBJECT (message), message_fields, G_N_ELEMENTS (message_fields));
  take_fields (facts, GMIME_OBJECT (message), part_fields, G_N_ELEMENTS (part_fields));
  take_part (facts, g_mime_message_get_mime_part (message), 0);
  g_object_unref (message);
  return facts;
}

void
message_facts_free (MessageFacts *facts)
{
  if (facts == NULL)
    return;
  g_ptr_array_unref (facts->originators);
  g_ptr_array_unref (facts->subjects);
  g_ptr_array_unref (facts->names);
  g_ptr_array_unref (facts->types);
  g_free (facts);
}
