/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/password-input.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Longer than the authority takes. */
#define BYTES_MAX 1023

/* Ctrl+C. */
#define INTERRUPT '\3'

/* Byte for byte, so that nothing of the password stays in a stream's buffer. Returns FALSE at an
 * error, an end without a line, or a line that is too long. */
static gboolean
read_line (char *line)
{
  gsize length = 0;
  gssize got;

  while ((got = read (STDIN_FILENO, line + length, 1)) != 0)
    {
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0 || length == BYTES_MAX)
        return FALSE;
      if (line[length] == '\n')
        break;
      if (line[length++] == INTERRUPT)
        break;
    }
  if (got == 0 && length == 0)
    return FALSE;
  if (length > 0 && line[length - 1] == '\r')
    length--;
  line[length] = '\0';
  return strlen (line) == length;
}

/* Whoever presses Ctrl+C meanwhile gets the echo back: it ends the line like Enter, and signals
 * wait. */
static gboolean
read_without_echo (const char *prompt, char *line)
{
  struct termios before, silent;
  sigset_t waiting, former;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return FALSE;
  silent = before;
  silent.c_lflag &= ~(tcflag_t) (ECHO | ISIG);
  silent.c_cc[VEOL] = INTERRUPT;
  sigemptyset (&waiting);
  sigaddset (&waiting, SIGTERM);
  sigaddset (&waiting, SIGHUP);
  sigprocmask (SIG_BLOCK, &waiting, &former);
  gboolean good = tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  /* What is typed from now on is not shown, and not thrown away. */
  g_printerr ("%s ", prompt);
  good = good && read_line (line);
  good = tcsetattr (STDIN_FILENO, TCSAFLUSH, &before) == 0 && good;
  sigprocmask (SIG_SETMASK, &former, NULL);
  g_printerr ("\n");
  return good && strchr (line, INTERRUPT) == NULL;
}

static gboolean
fail (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
  return FALSE;
}

static gboolean
read_twice (const char *prompt, const char *again, char *line, GError **error)
{
  char second[BYTES_MAX + 1] = "";
  gboolean read = read_without_echo (prompt, line) && read_without_echo (again, second);
  gboolean same = strcmp (line, second) == 0;

  explicit_bzero (second, sizeof second);
  if (!read)
    return fail (error, _ ("no password was given"));
  return same || fail (error, _ ("the two passwords differ"));
}

char *
password_input_read (const char *prompt, const char *again, GError **error)
{
  char line[BYTES_MAX + 1] = "";
  char *password = NULL;
  gboolean good = isatty (STDIN_FILENO)
                      ? read_twice (prompt, again, line, error)
                      : read_line (line) || fail (error, _ ("no password was given"));

  if (good && !g_utf8_validate (line, -1, NULL))
    fail (error, _ ("the password is not a text in UTF-8"));
  else if (good)
    password = g_strdup (line);
  explicit_bzero (line, sizeof line);
  return password;
}

void
password_input_free (char *password)
{
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
}
