package bom

func readCycloneDXXML(data []byte, lim Limits) (*Document, error) { return nil, unknownFormat("xml") }
func readSPDXJSON(data []byte, lim Limits) (*Document, error)     { return nil, unknownFormat("spdx") }
func readSPDX3(data []byte, lim Limits) (*Document, error)        { return nil, unknownFormat("spdx3") }
func readSPDXTagValue(data []byte, lim Limits) (*Document, error) { return nil, unknownFormat("tv") }
func readSPDXYAML(data []byte, lim Limits) (*Document, error)     { return nil, unknownFormat("yaml") }
func readSPDXRDF(data []byte, lim Limits) (*Document, error)      { return nil, unknownFormat("rdf") }
