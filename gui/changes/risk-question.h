/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: risk-question
 *
 * Asks before a change that Assess finds a risk in. Whoever closes the question has said no; to an
 * open relay Enter says no, too.
 */

typedef enum
{
  RISK_QUESTION_CANCEL,
  RISK_QUESTION_SAVE, /* for good, or until the end that was chosen before */
  RISK_QUESTION_TRY   /* goes back unless it is kept */
} RiskQuestionAnswer;

typedef void (*RiskQuestionAnswered) (RiskQuestionAnswer answer, gpointer user_data);

/**
 * risk_question_ask:
 * @parent: (nullable): the question is modal to it, and is answered with no when it goes
 * @risks: an a(sss), as Assess gives it
 * @try_s: for how many seconds a change can be tried that could shut people out; 0 for not at all
 * @answered: called once; at once with %RISK_QUESTION_SAVE where there is no risk
 */
void risk_question_ask (GtkWindow *parent,
                        GVariant *risks,
                        guint try_s,
                        RiskQuestionAnswered answered,
                        gpointer user_data);
