// A drawn signature, where a script runs; the form is complete without it.
import { prepareSignatures } from "../web/drawing.js";

prepareSignatures();
