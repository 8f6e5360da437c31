// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"strings"

	"allmende/internal/engine/process"
)

// guardWords says what a guard asks for, in the reader's words, one sentence a part; none where
// it cannot be said so.
func guardWords(ctx context.Context, d *process.Definition, guard string) (out []string) {
	c, ok := d.Clause(guard)
	if !ok {
		return nil
	}
	parts := []process.Clause{c}
	if c.Kind == "all" {
		parts = c.Of
	}
	for _, part := range parts {
		out = append(out, clauseWords(ctx, part))
	}
	return out
}

func clauseWords(ctx context.Context, c process.Clause) string {
	name := say(ctx, "casework.quoted", c.Field.Name.In(tongue(ctx)))
	var words, of []string
	for _, w := range c.Words {
		words = append(words, textWords(ctx, process.Field{Type: c.Field.Type}, w.In(tongue(ctx))))
	}
	for _, part := range c.Of {
		of = append(of, clauseWords(ctx, part))
	}
	either := strings.Join(words, say(ctx, "casework.or"))
	switch c.Kind {
	case "all", "any":
		return "(" + strings.Join(of, say(ctx, map[string]string{"all": "casework.and", "any": "casework.or"}[c.Kind])) + ")"
	case "not":
		return say(ctx, "casework.clause.not", of[0])
	case "stated", "yes", "no":
		return say(ctx, "casework.clause."+c.Kind, name)
	case "is", "isnt", "holds":
		return say(ctx, "casework.clause."+c.Kind, name, either)
	case "compare":
		if c.Other.ID != "" {
			either = say(ctx, "casework.quoted", c.Other.Name.In(tongue(ctx)))
		}
		return name + " " + signs[c.Sign] + " " + either
	}
	return either
}

// signs are comparisons as they are read.
var signs = map[string]string{"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
