import type { LawAnswers, Question } from '../src/api/law-types';

export function answers(question: Question): LawAnswers;
