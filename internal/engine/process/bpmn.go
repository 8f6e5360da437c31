// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
)

// Measures of a BPMN picture beyond those of the layout.
const (
	startHigh = 80 // room above the first state for the start event
	eventSize = 36
	gateSize  = 40
	gateBelow = 15 // of a state
	besides   = 14 // how far from its state a way back runs
)

// BPMN writes the definition as BPMN 2.0 with its picture, for the tools of others.
//
// A state becomes a user task, an end an end event. Where several steps leave a state an
// exclusive gateway follows it: exactly one of them is taken, by a person; the guard stands at
// the flow as its condition, in the language of our guards. The tasks of a state run in
// parallel and end together when a step is taken, whatever is left open where a step allows
// it; BPMN's parallel gateways would wait for all, so they are named in the documentation of
// the user task, with role and working days, and their roles are its potential owners. Four
// eyes and reasons stand in the documentation of the flow.
func (d *Definition) BPMN(tongue string) ([]byte, error) {
	if len(d.States) == 0 {
		return nil, fmt.Errorf("%s: got no states, want at least one", d.ID)
	}
	p := &plan{d: d, tongue: tongue, layout: d.Layout()}
	p.build()
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(p.doc()); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

type bpmnDoc struct {
	XMLName xml.Name    `xml:"bpmn:definitions"`
	BPMN    string      `xml:"xmlns:bpmn,attr"`
	BPMNDI  string      `xml:"xmlns:bpmndi,attr"`
	DC      string      `xml:"xmlns:dc,attr"`
	DI      string      `xml:"xmlns:di,attr"`
	XSI     string      `xml:"xmlns:xsi,attr"`
	ID      string      `xml:"id,attr"`
	Target  string      `xml:"targetNamespace,attr"`
	Maker   string      `xml:"exporter,attr"`
	Process bpmnProcess `xml:"bpmn:process"`
	Diagram bpmnDiagram `xml:"bpmndi:BPMNDiagram"`
}

type bpmnProcess struct {
	ID         string `xml:"id,attr"`
	Name       string `xml:"name,attr"`
	Executable bool   `xml:"isExecutable,attr"`
	Doc        string `xml:"bpmn:documentation,omitempty"`
	Nodes      []bpmnNode
	Flows      []bpmnFlow `xml:"bpmn:sequenceFlow"`
}

type bpmnNode struct {
	XMLName xml.Name
	ID      string      `xml:"id,attr"`
	Name    string      `xml:"name,attr,omitempty"`
	Doc     string      `xml:"bpmn:documentation,omitempty"`
	In      []string    `xml:"bpmn:incoming"`
	Out     []string    `xml:"bpmn:outgoing"`
	Owners  []bpmnOwner `xml:"bpmn:potentialOwner"`
}

type bpmnOwner struct {
	ID   string `xml:"id,attr"`
	Role string `xml:"bpmn:resourceAssignmentExpression>bpmn:formalExpression"`
}

type bpmnFlow struct {
	ID     string         `xml:"id,attr"`
	Name   string         `xml:"name,attr,omitempty"`
	Source string         `xml:"sourceRef,attr"`
	Target string         `xml:"targetRef,attr"`
	Doc    string         `xml:"bpmn:documentation,omitempty"`
	When   *bpmnCondition `xml:"bpmn:conditionExpression"`
}

type bpmnCondition struct {
	Type     string `xml:"xsi:type,attr"`
	Language string `xml:"language,attr"`
	Text     string `xml:",chardata"`
}

type bpmnDiagram struct {
	ID    string    `xml:"id,attr"`
	Plane bpmnPlane `xml:"bpmndi:BPMNPlane"`
}

type bpmnPlane struct {
	ID      string      `xml:"id,attr"`
	Element string      `xml:"bpmnElement,attr"`
	Shapes  []bpmnShape `xml:"bpmndi:BPMNShape"`
	Edges   []bpmnEdge  `xml:"bpmndi:BPMNEdge"`
}

type bpmnShape struct {
	ID      string     `xml:"id,attr"`
	Element string     `xml:"bpmnElement,attr"`
	Marker  string     `xml:"isMarkerVisible,attr,omitempty"`
	Bounds  bpmnBounds `xml:"dc:Bounds"`
}

type bpmnBounds struct {
	X int `xml:"x,attr"`
	Y int `xml:"y,attr"`
	W int `xml:"width,attr"`
	H int `xml:"height,attr"`
}

type bpmnEdge struct {
	ID      string      `xml:"id,attr"`
	Element string      `xml:"bpmnElement,attr"`
	Points  []bpmnPoint `xml:"di:waypoint"`
}

type bpmnPoint struct {
	X int `xml:"x,attr"`
	Y int `xml:"y,attr"`
}

// guardLanguage names the language of guards; BPMN wants a URI.
const guardLanguage = "https://expr-lang.org/"

// A plan gathers nodes and flows with their pictures. Ids of BPMN are made of ours with a point,
// which ours have not, so that no two are the same.
type plan struct {
	d      *Definition
	tongue string
	layout Layout
	nodes  []bpmnNode
	flows  []bpmnFlow
	shapes []bpmnShape
	edges  []bpmnEdge
}

func (p *plan) doc() bpmnDoc {
	const spec = "http://www.omg.org/spec/"
	d := p.d
	return bpmnDoc{
		BPMN: spec + "BPMN/20100524/MODEL", BPMNDI: spec + "BPMN/20100524/DI", DC: spec + "DD/20100524/DC", DI: spec + "DD/20100524/DI",
		XSI: "http://www.w3.org/2001/XMLSchema-instance", ID: "definitions." + d.ID, Target: "urn:allmende:process:" + d.ID, Maker: "Allmende",
		Process: bpmnProcess{ID: "process." + d.ID, Name: clean(d.Name.In(p.tongue)), Doc: clean(d.About.In(p.tongue)), Nodes: p.nodes, Flows: p.flows},
		Diagram: bpmnDiagram{ID: "diagram." + d.ID, Plane: bpmnPlane{ID: "plane." + d.ID, Element: "process." + d.ID, Shapes: p.shapes, Edges: p.edges}},
	}
}

func (p *plan) build() {
	n := p.box(p.d.Start().ID)
	middle := n.X + n.W/2
	p.node("startEvent", "start", "", bpmnBounds{middle - eventSize/2, n.Y - startHigh + margin, eventSize, eventSize})
	for _, s := range p.d.States {
		p.state(s)
	}
	p.flow("flow.start", "start", "state."+p.d.Start().ID, []Point{{middle, n.Y - startHigh + margin + eventSize}, {middle, n.Y}})
	for _, s := range p.d.States {
		p.steps(s)
	}
}

// box is where a state stands, below the room for the start event.
func (p *plan) box(state string) Node {
	n, _ := find(p.layout.Nodes, func(n Node) bool { return n.State == state })
	n.Y += startHigh
	return n
}

func (p *plan) node(kind, id, name string, at bpmnBounds) *bpmnNode {
	p.nodes = append(p.nodes, bpmnNode{XMLName: xml.Name{Local: "bpmn:" + kind}, ID: id, Name: clean(name)})
	shape := bpmnShape{ID: "shape." + id, Element: id, Bounds: at}
	if kind == "exclusiveGateway" {
		shape.Marker = "true"
	}
	p.shapes = append(p.shapes, shape)
	return &p.nodes[len(p.nodes)-1]
}

func (p *plan) state(s State) {
	n := p.box(s.ID)
	if s.End {
		p.node("endEvent", "state."+s.ID, s.Name.In(p.tongue), bpmnBounds{n.X + (n.W-eventSize)/2, n.Y, eventSize, eventSize})
		return
	}
	task := p.node("userTask", "state."+s.ID, s.Name.In(p.tongue), bpmnBounds{n.X, n.Y, n.W, n.H})
	var roles []string
	for _, t := range s.Tasks {
		line := t.Name.In(p.tongue) + " (" + t.Role
		if t.Days > 0 {
			line += ", " + strconv.Itoa(t.Days) + map[string]string{"de": " Arbeitstage", "en": " working days"}[p.language()]
		}
		task.Doc += clean(line + ")\n")
		if t.Role != "" && !slices.Contains(roles, t.Role) {
			roles = append(roles, t.Role)
			task.Owners = append(task.Owners, bpmnOwner{"owner." + s.ID + "." + t.Role, t.Role})
		}
	}
	if p.leaving(s.ID) > 1 {
		p.node("exclusiveGateway", "choice."+s.ID, "", bpmnBounds{n.X + (n.W-gateSize)/2, n.Y + n.H + gateBelow, gateSize, gateSize})
	}
}

func (p *plan) language() string {
	if p.tongue == "en" {
		return "en"
	}
	return "de"
}

func (p *plan) leaving(state string) (n int) {
	for _, t := range p.d.Transitions {
		if slices.Contains(t.From, state) {
			n++
		}
	}
	return n
}

// steps draws the flows out of a state, each along the edge of the layout.
func (p *plan) steps(s State) {
	from, n := "state."+s.ID, p.box(s.ID)
	gate := p.leaving(s.ID) > 1 && !s.End
	if gate {
		middle := n.X + n.W/2
		p.flow("choose."+s.ID, from, "choice."+s.ID, []Point{{middle, n.Y + n.H}, {middle, n.Y + n.H + gateBelow}})
		from = "choice." + s.ID
	}
	for _, t := range p.d.Transitions {
		if _, there := p.d.State(t.To); !there || !slices.Contains(t.From, s.ID) {
			continue
		}
		f := p.flow("flow."+t.ID+"."+s.ID, from, "state."+t.To, p.line(s, t, gate))
		f.Name, f.Doc = clean(t.Name.In(p.tongue)), clean(p.rules(t))
		if t.Guard != "" && gate {
			f.When = &bpmnCondition{"bpmn:tFormalExpression", guardLanguage, clean(t.Guard)}
		}
	}
}

// rules are what a step wants, in words.
func (p *plan) rules(t Transition) string {
	words := map[string][3]string{"de": {"Rolle: ", "Zweite Person: ", "Begründung verlangt"}, "en": {"Role: ", "Second person: ", "Reason wanted"}}[p.language()]
	out := words[0] + t.Role
	if t.FourEyes != "" {
		out += "\n" + words[1] + t.FourEyes
	}
	if t.Reason {
		out += "\n" + words[2]
	}
	if t.Guard != "" {
		out += "\n" + t.Guard
	}
	return out
}

func (p *plan) flow(id, source, target string, points []Point) *bpmnFlow {
	p.flows = append(p.flows, bpmnFlow{ID: id, Source: source, Target: target})
	edge := bpmnEdge{ID: "edge." + id, Element: id}
	for _, at := range points {
		edge.Points = append(edge.Points, bpmnPoint(at))
	}
	p.edges = append(p.edges, edge)
	for i := range p.nodes {
		if n := &p.nodes[i]; n.ID == source {
			n.Out = append(n.Out, id)
		} else if n.ID == target {
			n.In = append(n.In, id)
		}
	}
	return &p.flows[len(p.flows)-1]
}

// line is the way of a step: that of the layout, from the gateway instead of the state, and to
// the middle of an end event instead of its box.
func (p *plan) line(s State, t Transition, gate bool) []Point {
	e, _ := find(p.layout.Edges, func(e Edge) bool { return e.From == s.ID && e.To == t.To })
	var out []Point
	for _, at := range e.Points {
		out = append(out, Point{at.X, at.Y + startHigh})
	}
	n := p.box(s.ID)
	middle, low := n.X+n.W/2, n.Y+n.H+gateBelow
	switch {
	case gate && e.Back && s.ID != t.To:
		side := n.X + n.W + besides
		out = slices.Concat([]Point{{middle + gateSize/2, low + gateSize/2}, {side, low + gateSize/2}, {side, n.Y - besides}}, out[1:])
	case gate && s.ID == t.To:
		side := n.X + n.W + besides
		out = []Point{{middle + gateSize/2, low + gateSize/2}, {side, low + gateSize/2}, {side, n.Y + n.H/2}, {n.X + n.W, n.Y + n.H/2}}
	case gate:
		out = append([]Point{{middle, low + gateSize}}, out[1:]...)
	}
	if end, _ := p.d.State(t.To); end.End {
		n := p.box(t.To)
		out[len(out)-1] = Point{n.X + n.W/2, n.Y}
	}
	return out
}

// clean drops what XML cannot hold.
func clean(s string) string {
	return string(bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, []byte(s)))
}
