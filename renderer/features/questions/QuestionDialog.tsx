import { useDesk } from '../../store/desk.ts';

export function QuestionDialog() {
  const [question] = useDesk((state) => state.questions);
  return question === undefined ? null : <p role="alertdialog">{question.kind}</p>;
}
