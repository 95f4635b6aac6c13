/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/help/mallard-page.h"

#include <pango/pango.h>
#include <string.h>

/* What the elements that hold text become; one that stands in another begins anew. */
static const struct
{
  const char *element;
  MallardKind kind;
} blocks[] = {
  { "p", MALLARD_TEXT },
  { "screen", MALLARD_CODE },
};

static const struct
{
  const char *element;
  const char *begin;
  const char *end;
} inlines[] = {
  { "em", "<i>", "</i>" },      { "gui", "<b>", "</b>" },    { "key", "<b>", "</b>" },
  { "code", "<tt>", "</tt>" },  { "file", "<tt>", "</tt>" }, { "cmd", "<tt>", "</tt>" },
  { "input", "<tt>", "</tt>" }, { "sys", "<tt>", "</tt>" },  { "output", "<tt>", "</tt>" },
};

typedef struct
{
  MallardPage *page;
  GString *text;    /* (owned) (nullable): of the block that is being read */
  MallardKind kind; /* of that block */
  guint depth;      /* of sections: the page's own title has none */
  guint ignored;    /* depth of elements that are not shown */
  guint steps;      /* the number of the last step */
  gboolean in_keyseq;
  guint keys; /* in this keyseq */
} Reader;

static void
free_block (gpointer data)
{
  MallardBlock *block = data;

  g_free (block->markup);
  g_free (block);
}

static const char *
attribute_of (const char *name, const char **names, const char **values)
{
  for (gsize i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return values[i];
  return NULL;
}

/* --- blocks --- */

/* White space of the file is one blank, but in code. */
static char *
tidy (const char *text, MallardKind kind)
{
  static GRegex *blanks;
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  if (kind == MALLARD_CODE)
    return g_steal_pointer (&stripped);
  if (blanks == NULL)
    blanks = g_regex_new ("[ \\t\\n]+", 0, 0, NULL);
  return g_regex_replace_literal (blanks, stripped, -1, 0, " ", 0, NULL);
}

static void
begin_block (Reader *reader, MallardKind kind)
{
  if (reader->text != NULL)
    return;
  reader->text = g_string_new (NULL);
  reader->kind = kind;
}

static void
end_block (Reader *reader)
{
  g_autoptr (GString) text = g_steal_pointer (&reader->text);
  MallardBlock *block;

  if (text == NULL)
    return;
  block = g_new0 (MallardBlock, 1);
  block->kind = reader->kind;
  block->number = reader->kind == MALLARD_STEP ? ++reader->steps : 0;
  block->markup = tidy (text->str, reader->kind);
  g_ptr_array_add (reader->page->blocks, block);
}

/* The page's own title is not a block. */
static void
end_title (Reader *reader)
{
  g_autofree char *title = NULL;

  if (reader->depth > 0)
    {
      end_block (reader);
      return;
    }
  title = tidy (reader->text->str, MALLARD_TITLE);
  g_string_free (g_steal_pointer (&reader->text), TRUE);
  if (reader->page->title == NULL
      && !pango_parse_markup (title, -1, 0, NULL, &reader->page->title, NULL, NULL))
    reader->page->title = g_steal_pointer (&title);
}

/* What a paragraph is, by the elements that it stands in: the innermost that says so. */
static MallardKind
kind_of_paragraph (GMarkupParseContext *context)
{
  for (const GSList *element = g_markup_parse_context_get_element_stack (context); element != NULL;
       element = element->next)
    {
      const char *name = element->data;
      const char *parent = element->next != NULL ? element->next->data : "";

      if (g_str_equal (name, "note"))
        return MALLARD_NOTE;
      if (g_str_equal (name, "item"))
        return g_str_equal (parent, "steps") ? MALLARD_STEP : MALLARD_ITEM;
    }
  return MALLARD_TEXT;
}

/* --- the file --- */

static const char *
inline_markup (const char *element, gboolean begin)
{
  for (gsize i = 0; i < G_N_ELEMENTS (inlines); i++)
    if (g_str_equal (inlines[i].element, element))
      return begin ? inlines[i].begin : inlines[i].end;
  return NULL;
}

static void
begin_inline (Reader *reader, const char *element, const char *reference)
{
  const char *markup = inline_markup (element, TRUE);

  if (reader->text == NULL)
    return;
  if (g_str_equal (element, "keyseq"))
    {
      reader->in_keyseq = TRUE;
      reader->keys = 0;
    }
  if (reader->in_keyseq && g_str_equal (element, "key") && reader->keys++ > 0)
    g_string_append_c (reader->text, '+');
  if (markup != NULL)
    g_string_append (reader->text, markup);
  if (g_str_equal (element, "link"))
    {
      g_autofree char *escaped = g_markup_escape_text (reference != NULL ? reference : "", -1);

      g_string_append_printf (reader->text, "<a href=\"%s\">", escaped);
    }
}

static void
on_start (GMarkupParseContext *context,
          const char *element,
          const char **names,
          const char **values,
          gpointer data,
          GError **error)
{
  Reader *reader = data;
  const char *reference = attribute_of ("xref", names, values);

  if (reader->ignored > 0 || g_str_equal (element, "info"))
    {
      reader->ignored++;
      return;
    }
  if (g_str_equal (element, "section"))
    reader->depth++;
  if (g_str_equal (element, "steps"))
    reader->steps = 0;
  if (g_str_equal (element, "title"))
    {
      begin_block (reader, MALLARD_TITLE);
      /* that of an item is a term */
      const GSList *parents = g_markup_parse_context_get_element_stack (context)->next;
      if (parents != NULL && g_str_equal (parents->data, "item"))
        reader->kind = MALLARD_TERM;
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (blocks); i++)
    if (g_str_equal (blocks[i].element, element))
      begin_block (reader,
                   blocks[i].kind == MALLARD_TEXT ? kind_of_paragraph (context) : blocks[i].kind);
  begin_inline (reader, element,
                reference != NULL ? reference : attribute_of ("href", names, values));
}

static void
on_end (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Reader *reader = data;
  const char *markup = inline_markup (element, FALSE);

  if (reader->ignored > 0)
    {
      reader->ignored--;
      return;
    }
  if (g_str_equal (element, "section"))
    reader->depth--;
  if (g_str_equal (element, "keyseq"))
    reader->in_keyseq = FALSE;
  if (reader->text == NULL)
    return;
  if (g_str_equal (element, "title") && reader->kind == MALLARD_TITLE)
    end_title (reader);
  else if (g_str_equal (element, "title") || g_str_equal (element, "p")
           || g_str_equal (element, "screen"))
    end_block (reader);
  else if (g_str_equal (element, "link"))
    g_string_append (reader->text, "</a>");
  else if (markup != NULL)
    g_string_append (reader->text, markup);
}

static void
on_text (
    GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Reader *reader = data;
  g_autofree char *escaped = g_markup_escape_text (text, length);

  if (reader->ignored == 0 && reader->text != NULL)
    g_string_append (reader->text, escaped);
}

static const GMarkupParser parser
    = { .start_element = on_start, .end_element = on_end, .text = on_text };

MallardPage *
mallard_page_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (MallardPage) page = g_new0 (MallardPage, 1);
  Reader reader = { .page = page };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reader, NULL);
  gboolean good;

  page->blocks = g_ptr_array_new_with_free_func (free_block);
  good = g_markup_parse_context_parse (context, text, length, error)
         && g_markup_parse_context_end_parse (context, error);
  if (reader.text != NULL)
    g_string_free (reader.text, TRUE);
  if (!good)
    return NULL;
  if (page->title == NULL)
    page->title = g_strdup ("");
  return g_steal_pointer (&page);
}

/* A build that is not installed has its pages elsewhere. */
static char *
path_of (const char *language, const char *id)
{
  const char *folder = g_getenv ("POSTERN_HELP_DIR");
  g_autofree char *name = g_strconcat (id, ".page", NULL);

  if (folder != NULL)
    return g_build_filename (folder, language, name, NULL);
  return g_build_filename (POSTERN_HELP_DIR, language, "postern", name, NULL);
}

MallardPage *
mallard_page_load (const char *id, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  gboolean sound = id[strspn (id, G_CSET_a_2_z G_CSET_DIGITS "-")] == '\0';

  for (const char *const *language = g_get_language_names ();
       sound && *language != NULL && text == NULL; language++)
    {
      g_autofree char *path = path_of (*language, id);

      if (g_file_get_contents (path, &text, &length, NULL))
        return mallard_page_parse (text, length, error);
    }
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "no page “%s”", id);
  return NULL;
}

void
mallard_page_free (MallardPage *page)
{
  g_free (page->title);
  g_ptr_array_unref (page->blocks);
  g_free (page);
}
