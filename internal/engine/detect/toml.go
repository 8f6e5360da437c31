// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"fmt"

	"github.com/BurntSushi/toml"
)

// deepestTOML bounds how deep values stand in each other: the library descends by recursion,
// and a stack that is used up ends the program.
const deepestTOML = 100

func decodeTOML(data []byte, into any) error {
	depth := 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > deepestTOML {
			return fmt.Errorf("values stand more than %d deep in each other", deepestTOML)
		}
	}
	_, err := toml.Decode(string(data), into)
	return err
}
